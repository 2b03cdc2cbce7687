import django.contrib.postgres.constraints
import django.db.models.deletion
from django.db import migrations, models
from pgtrigger.compiler import Trigger, UpsertTriggerSql

AUDITED = """
INSERT INTO kernel_auditentry (at, actor_id, table_name, row_id, operation, before, after)
VALUES (
    clock_timestamp(), NULLIF(current_setting('o2c.actor', true), '')::bigint, TG_TABLE_NAME,
    COALESCE(NEW.id, OLD.id), TG_OP,
    CASE WHEN TG_OP = 'INSERT' THEN NULL ELSE to_jsonb(OLD) END,
    CASE WHEN TG_OP = 'DELETE' THEN NULL ELSE to_jsonb(NEW) END
);
RETURN NULL;
"""

CURRENCY_STAYS = """
                    RAISE EXCEPTION 'price list % is in %: make another list', OLD.code, OLD.currency
                        USING ERRCODE = 'OC002';
                """


class Migration(migrations.Migration):
    replaces = [("catalog", "0002_desks_in_full"), ("catalog", "0003_price_list_currency_stays")]

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="TaxCategory",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=20, unique=True, verbose_name="code")),
                ("name", models.CharField(max_length=100, verbose_name="name")),
            ],
            options={"verbose_name": "tax category", "verbose_name_plural": "tax categories"},
        ),
        migrations.CreateModel(
            name="Product",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sku", models.CharField(max_length=40, unique=True, verbose_name="SKU")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                (
                    "names",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        help_text='Such as {"fr": "Lanterne"}; the name serves where empty.',
                        verbose_name="names by language",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("goods", "Goods"), ("service", "Service"), ("digital", "Digital")],
                        default="goods",
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                (
                    "unit",
                    models.CharField(
                        default="C62",
                        help_text="UN/ECE Recommendation 20; C62 is one piece.",
                        max_length=3,
                        verbose_name="unit",
                    ),
                ),
                (
                    "weight",
                    models.DecimalField(
                        blank=True, decimal_places=3, max_digits=10, null=True, verbose_name="weight in kg"
                    ),
                ),
                (
                    "standard_cost",
                    models.DecimalField(decimal_places=6, default=0, max_digits=19, verbose_name="standard cost"),
                ),
                ("active", models.BooleanField(default=True, verbose_name="active")),
                (
                    "tax_category",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="catalog.taxcategory"),
                ),
                (
                    "access_days",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="Digital goods only; empty is without end.",
                        null=True,
                        verbose_name="days of access",
                    ),
                ),
                (
                    "alternative",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="catalog.product",
                        verbose_name="alternative",
                    ),
                ),
                ("customs_code", models.CharField(blank=True, max_length=12, verbose_name="customs tariff number")),
                (
                    "lead_days",
                    models.PositiveSmallIntegerField(
                        default=7,
                        help_text="From ordering it until it is in the warehouse.",
                        verbose_name="days to get it",
                    ),
                ),
                ("origin_country", models.CharField(blank=True, max_length=2, verbose_name="country of origin")),
            ],
            options={
                "verbose_name": "product",
                "verbose_name_plural": "products",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["goods", "service", "digital"])), name="product_kind_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("standard_cost__gte", 0)), name="product_cost_not_negative"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("origin_country", ""), ("origin_country__regex", "^[A-Z]{2}$"), _connector="OR"
                        ),
                        name="product_origin_iso",
                    ),
                ],
                "triggers": [
                    Trigger(
                        name="audited",
                        sql=UpsertTriggerSql(
                            func=AUDITED,
                            hash="9b26451f1b70751dfbcfda9af0cbbb82c4629df5",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_audited_e99a1",
                            table="catalog_product",
                            when="AFTER",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TaxRegion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=20, unique=True, verbose_name="code")),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                (
                    "countries",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text="ISO codes; none means every other country.",
                        verbose_name="countries",
                    ),
                ),
                (
                    "evidence",
                    models.CharField(
                        choices=[
                            ("none", "Nothing"),
                            ("vat_id", "A checked VAT id"),
                            ("exemption", "An exemption certificate"),
                        ],
                        default="none",
                        max_length=10,
                        verbose_name="evidence",
                    ),
                ),
                (
                    "without_evidence",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalog.taxregion",
                        verbose_name="region without the evidence",
                    ),
                ),
            ],
            options={
                "verbose_name": "tax region",
                "verbose_name_plural": "tax regions",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("evidence__in", ["none", "vat_id", "exemption"])),
                        name="taxregion_evidence_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("without_evidence", None),
                            models.Q(("without_evidence", models.F("id")), _negated=True),
                            _connector="OR",
                        ),
                        name="taxregion_other_than_itself",
                    ),
                ],
                "triggers": [
                    Trigger(
                        name="audited",
                        sql=UpsertTriggerSql(
                            func=AUDITED,
                            hash="54d3d872b1d96f0884216ac7d5323d30c21fff6e",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_audited_8a438",
                            table="catalog_taxregion",
                            when="AFTER",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TaxRate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "code",
                    models.CharField(
                        choices=[
                            ("S", "Standard rate"),
                            ("Z", "Zero rated"),
                            ("E", "Exempt"),
                            ("AE", "Reverse charge"),
                            ("K", "Intra-community supply"),
                            ("G", "Export outside the EU"),
                            ("O", "Outside the scope of tax"),
                        ],
                        max_length=2,
                        verbose_name="EN 16931 code",
                    ),
                ),
                (
                    "rate",
                    models.DecimalField(decimal_places=4, help_text="Percent.", max_digits=7, verbose_name="rate"),
                ),
                ("legal_text", models.CharField(blank=True, max_length=200, verbose_name="legal text")),
                ("valid_from", models.DateField(verbose_name="valid from")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="valid until")),
                ("category", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="catalog.taxcategory")),
                ("region", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="catalog.taxregion")),
            ],
            options={
                "verbose_name": "tax rate",
                "verbose_name_plural": "tax rates",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("code__in", ["S", "Z", "E", "AE", "K", "G", "O"])),
                        name="taxrate_code_known",
                    ),
                    models.CheckConstraint(condition=models.Q(("rate__gte", 0)), name="taxrate_not_negative"),
                    models.CheckConstraint(
                        condition=models.Q(("code", "S"), ("rate", 0), _connector="OR"),
                        name="taxrate_zero_unless_standard",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            (
                                models.Func(
                                    models.F("category"), models.F("category"), models.Value("[]"), function="int8range"
                                ),
                                "&&",
                            ),
                            (
                                models.Func(
                                    models.F("region"), models.F("region"), models.Value("[]"), function="int8range"
                                ),
                                "&&",
                            ),
                            (
                                models.Func(
                                    models.F("valid_from"),
                                    models.F("valid_to"),
                                    models.Value("[]"),
                                    function="daterange",
                                ),
                                "&&",
                            ),
                        ],
                        name="taxrate_no_overlap",
                    ),
                ],
                "triggers": [
                    Trigger(
                        name="audited",
                        sql=UpsertTriggerSql(
                            func=AUDITED,
                            hash="5644b581e806e28153eccdf0c5cac61ebd782cbd",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_audited_296bb",
                            table="catalog_taxrate",
                            when="AFTER",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PriceList",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=30, unique=True, verbose_name="code")),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
            ],
            options={
                "verbose_name": "price list",
                "verbose_name_plural": "price lists",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="pricelist_currency_iso"
                    )
                ],
                "triggers": [
                    Trigger(
                        name="audited",
                        sql=UpsertTriggerSql(
                            func=AUDITED,
                            hash="548d61d18ffd2e0931738518c8b33e012a44cdb0",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_audited_7fad4",
                            table="catalog_pricelist",
                            when="AFTER",
                        ),
                    ),
                    Trigger(
                        name="currency_stays",
                        sql=UpsertTriggerSql(
                            condition='WHEN (OLD."currency" IS DISTINCT FROM (NEW."currency"))',
                            func=CURRENCY_STAYS,
                            hash="41e4af910f90df5a963a1e2efc577986ceb94d17",
                            operation="UPDATE",
                            pgid="pgtrigger_currency_stays_2af05",
                            table="catalog_pricelist",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Price",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "minimum_quantity",
                    models.DecimalField(decimal_places=4, default=1, max_digits=15, verbose_name="from quantity"),
                ),
                ("unit_price", models.DecimalField(decimal_places=6, max_digits=19, verbose_name="unit price")),
                ("valid_from", models.DateField(verbose_name="valid from")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="valid until")),
                (
                    "price_list",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="prices", to="catalog.pricelist"
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="prices", to="catalog.product"
                    ),
                ),
            ],
            options={
                "verbose_name": "price",
                "verbose_name_plural": "prices",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("unit_price__gte", 0)), name="price_not_negative"),
                    models.CheckConstraint(
                        condition=models.Q(("minimum_quantity__gt", 0)), name="price_quantity_positive"
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            (
                                models.Func(
                                    models.F("price_list"),
                                    models.F("price_list"),
                                    models.Value("[]"),
                                    function="int8range",
                                ),
                                "&&",
                            ),
                            (
                                models.Func(
                                    models.F("product"), models.F("product"), models.Value("[]"), function="int8range"
                                ),
                                "&&",
                            ),
                            (
                                models.Func(
                                    models.F("minimum_quantity"),
                                    models.F("minimum_quantity"),
                                    models.Value("[]"),
                                    function="numrange",
                                ),
                                "&&",
                            ),
                            (
                                models.Func(
                                    models.F("valid_from"),
                                    models.F("valid_to"),
                                    models.Value("[]"),
                                    function="daterange",
                                ),
                                "&&",
                            ),
                        ],
                        name="price_no_overlap",
                    ),
                ],
                "triggers": [
                    Trigger(
                        name="audited",
                        sql=UpsertTriggerSql(
                            func=AUDITED,
                            hash="fafdb7546c901f35ae106163836615a16443b6e6",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_audited_a0555",
                            table="catalog_price",
                            when="AFTER",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="OrderDiscount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                (
                    "from_net",
                    models.DecimalField(
                        decimal_places=4,
                        default=0,
                        help_text="Currency of the price list.",
                        max_digits=19,
                        verbose_name="from net amount",
                    ),
                ),
                (
                    "percent",
                    models.DecimalField(decimal_places=4, help_text="Percent.", max_digits=7, verbose_name="discount"),
                ),
                ("valid_from", models.DateField(verbose_name="valid from")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="valid until")),
                (
                    "price_list",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="order_discounts",
                        to="catalog.pricelist",
                    ),
                ),
            ],
            options={
                "verbose_name": "order discount",
                "verbose_name_plural": "order discounts",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("percent__gt", 0), ("percent__lte", 100)), name="orderdiscount_sane"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("from_net__gte", 0)), name="orderdiscount_from_not_negative"
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            (
                                models.Func(
                                    models.F("price_list"),
                                    models.F("price_list"),
                                    models.Value("[]"),
                                    function="int8range",
                                ),
                                "&&",
                            ),
                            (
                                models.Func(
                                    models.F("from_net"), models.F("from_net"), models.Value("[]"), function="numrange"
                                ),
                                "&&",
                            ),
                            (
                                models.Func(
                                    models.F("valid_from"),
                                    models.F("valid_to"),
                                    models.Value("[]"),
                                    function="daterange",
                                ),
                                "&&",
                            ),
                        ],
                        name="orderdiscount_no_overlap",
                    ),
                ],
                "triggers": [
                    Trigger(
                        name="audited",
                        sql=UpsertTriggerSql(
                            func=AUDITED,
                            hash="a76a07e05c9671fa9454194192749ec2e70d88dc",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_audited_e42ef",
                            table="catalog_orderdiscount",
                            when="AFTER",
                        ),
                    )
                ],
            },
        ),
    ]
