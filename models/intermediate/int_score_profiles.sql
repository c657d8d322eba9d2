-- Grain: lead_id and valid_from, of leads that pass a test of int_score_tests. Which tests the lead passes, from each
-- change of an attribute that one of them reads until the next.
with
    tests as (
        select distinct test_no, attribute, operator, options, number from int_score_tests
    ),
    attributes as (
        select distinct attribute from int_score_tests
    ),
    changes as (
        select changes.lead_id, changes.attribute, changes.value, changes.change_order, changes.occurred_at
        from int_property_changes as changes
        semi join attributes on changes.attribute = attributes.attribute
    ),
    versions as (
        select
            lead_id,
            occurred_at as valid_from,
            lead(occurred_at, 1, 'infinity'::timestamptz) over (partition by lead_id order by occurred_at) as valid_until
        from changes
        group by lead_id, occurred_at
    ),
    first_changes as (
        select lead_id, min(valid_from) as changed_at from versions group by lead_id
    ),
    latest_changes as (
        select
            versions.lead_id,
            versions.valid_from,
            changes.attribute,
            -- In a struct, because arg_max passes over the null that clears an attribute.
            arg_max(struct_pack(value := changes.value), changes.change_order) as changed_to
        from versions
        inner join changes on versions.lead_id = changes.lead_id
        where changes.occurred_at <= versions.valid_from
        group by versions.lead_id, versions.valid_from, changes.attribute
    ),
    described as (
        select
            created.lead_id,
            '-infinity'::timestamptz as valid_from,
            coalesce(first_changes.changed_at, 'infinity'::timestamptz) as valid_until,
            attributes.attribute,
            created.attributes ->> attributes.attribute as value
        from int_created_attributes as created
        cross join attributes
        left join first_changes on created.lead_id = first_changes.lead_id
        union all
        select
            versions.lead_id,
            versions.valid_from,
            versions.valid_until,
            attributes.attribute,
            if(
                latest_changes.changed_to is not null,
                latest_changes.changed_to.value,
                created.attributes ->> attributes.attribute
            ) as value
        from versions
        cross join attributes
        left join latest_changes
            on versions.lead_id = latest_changes.lead_id
            and versions.valid_from = latest_changes.valid_from
            and attributes.attribute = latest_changes.attribute
        left join int_created_attributes as created on versions.lead_id = created.lead_id
    ),
    final as (
        select
            described.lead_id,
            described.valid_from,
            described.valid_until,
            array_to_string(list_sort(list(tests.test_no)), ',') as profile
        from described
        inner join tests on described.attribute = tests.attribute
        where case tests.operator
            when 'in' then list_contains(tests.options, described.value)
            when 'at_least' then coalesce(isfinite(try_cast(described.value as double)), false) and try_cast(described.value as double) >= tests.number
            when 'at_most' then coalesce(isfinite(try_cast(described.value as double)), false) and try_cast(described.value as double) <= tests.number
            when 'filled' then described.value <> ''
        end
        group by described.lead_id, described.valid_from, described.valid_until
    )
select * from final
