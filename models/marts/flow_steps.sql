-- Grain: step_no. The steps up the ladder, and the one that would bring the most if it met its target.
with
    chosen as (
        select
            *,
            if(chosen_by = 'won', extra_won, extra_meetings) as extra,
            if(chosen_by = 'won', extra_won_lower_95, extra_meetings_lower_95) as extra_lower_95,
            if(chosen_by = 'won', extra_won_upper_95, extra_meetings_upper_95) as extra_upper_95
        from int_flow_gains
        where chosen_by is not null
    ),
    -- One decimal where a whole number would hide what the sentence is about.
    figures as (
        select
            unnest([
                struct_pack(figure := 'target', value := 100 * target, has_decimal := true),
                struct_pack(
                    figure := 'rate',
                    value := 100 * rate,
                    has_decimal := rate < 0.0995 or abs(target - rate) < 0.01
                ),
                struct_pack(figure := 'sample', value := entered::double, has_decimal := false),
                struct_pack(figure := 'gain', value := extra, has_decimal := extra < 4.95),
                struct_pack(figure := 'lower', value := extra_lower_95, has_decimal := extra < 4.95),
                struct_pack(figure := 'upper', value := extra_upper_95, has_decimal := extra < 4.95),
                struct_pack(figure := 'won', value := extra_won, has_decimal := extra_won < 4.95)
            ], recursive := true)
        from chosen
    ),
    written as (
        select
            figure,
            if(
                figure in ('gain', 'upper', 'won') and value < 0.05,
                'under 0.1',
                regexp_replace(format(if(has_decimal, '{:,.1f}', '{:,.0f}'), value), '\.0$', '')
            ) as english,
            translate(english, ',.', '.,') as danish
        from figures
    ),
    texts as (
        select
            map_from_entries(list(struct_pack(key := figure, value := english))) as en,
            map_from_entries(list(struct_pack(key := figure, value := danish))) as da
        from written
    ),
    sentences as (
        select
            chosen.step_no,
            'If ' || chosen.step_en || ' met its target of ' || texts.en['target'] || ' % (now '
            || texts.en['rate'] || ' %, n = ' || texts.en['sample'] || '), about ' || texts.en['gain'] || ' more '
            || if(chosen.chosen_by = 'won', 'won deal', 'meeting') || if(texts.en['gain'] = '1', '', 's')
            || ' (' || texts.en['lower'] || ' to ' || texts.en['upper'] || ')'
            || case
                when chosen.chosen_by = 'won' or texts.en['won'] is null then ''
                else ' and ' || texts.en['won'] || ' more won deal' || if(texts.en['won'] = '1', '', 's')
            end
            || ' a month would follow. '
            || if(chosen.is_told_apart, '', 'The numbers are too small to be sure of the order of the steps. ')
            || 'This is arithmetic on the step rates, not proof of cause.' as sentence_en,
            'Hvis ' || chosen.step_da || ' nåede målet på ' || texts.da['target'] || ' % (nu '
            || texts.da['rate'] || ' %, n = ' || texts.da['sample'] || '), ville det give omkring '
            || texts.da['gain'] || ' '
            || case
                when chosen.chosen_by = 'won' then if(texts.da['gain'] = '1', 'vundet salg', 'vundne salg')
                else if(texts.da['gain'] = '1', 'møde', 'møder')
            end
            || ' mere (' || texts.da['lower'] || ' til ' || texts.da['upper'] || ')'
            || case
                when chosen.chosen_by = 'won' or texts.da['won'] is null then ''
                else ' og ' || texts.da['won'] || if(texts.da['won'] = '1', ' vundet', ' vundne') || ' salg mere'
            end
            || ' om måneden. '
            || if(chosen.is_told_apart, '', 'Tallene er for små til, at rækkefølgen af trinene er sikker. ')
            || 'Det er et regnestykke på trinenes rater, ikke et bevis på årsag.' as sentence_da
        from chosen
        cross join texts
    ),
    final as (
        select
            gains.step_no,
            gains.from_stage,
            gains.to_stage,
            gains.step_en,
            gains.step_da,
            gains.first_date,
            gains.last_date,
            gains.entered,
            gains.went_on,
            gains.rate,
            gains.lower_95,
            gains.upper_95,
            gains.target,
            gains.inflow,
            gains.monthly_meetings,
            gains.monthly_won,
            gains.extra_meetings,
            gains.extra_meetings_lower_95,
            gains.extra_meetings_upper_95,
            gains.extra_won,
            gains.extra_won_lower_95,
            gains.extra_won_upper_95,
            gains.chosen_by is not null as is_bottleneck,
            gains.is_told_apart,
            sentences.sentence_en,
            sentences.sentence_da
        from int_flow_gains as gains
        left join sentences on gains.step_no = sentences.step_no
    )
select * from final
