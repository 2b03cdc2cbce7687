"""The figures of the kernel as filters of templates."""

from django import template

from o2c.kernel import figures

register = template.Library()

for each in (
    figures.known,
    figures.money,
    figures.with_code,
    figures.opposite,
    figures.unit_price,
    figures.percent,
    figures.side,
    figures.quantity,
    figures.typed,
    figures.day,
    figures.instant,
    figures.ago,
    figures.age,
):
    register.filter(each)
