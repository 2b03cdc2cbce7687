# For hands that type make; everything is in dev.py.
.PHONY: run test check prove bench soak shell clean
run test check prove bench soak shell clean:
	@python3 dev.py $@
