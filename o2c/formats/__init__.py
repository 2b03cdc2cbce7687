"""How the console's lists write dates, language by language; the desks' pages ask Babel."""
