/**
 * The rows that every real dump has and no loader can use, one of each kind. `share` places a row in the span; `{at}` is
 * its time. Only text can be this wrong: Parquet gets none of them.
 */
export const badRows = /* sql */ `
create table bad_rows as
with faults as (
    select *
    from (
        values
            (
                0.08, 'date that does not exist',
                'X-0001,2026-13-41T09:00:00Z,{at},L-000031,activity,,,,,"{""action"":""page_view""}"',
                '{"event_id":"X-0001","occurred_at":"2026-13-41T09:00:00Z","recorded_at":"{at}","lead_id":"L-000031","type":"activity","properties":{"action":"page_view"}}'
            ),
            (
                0.19, 'unknown type',
                'X-0002,{at},{at},L-000052,call_logged_v2,,dk2,dk_smb,phone,',
                '{"event_id":"X-0002","occurred_at":"{at}","recorded_at":"{at}","lead_id":"L-000052","type":"call_logged_v2","owner_id":"dk2","team":"dk_smb","channel":"phone"}'
            ),
            (
                0.27, 'no lead',
                'X-0003,{at},{at},,activity,,,,,"{""action"":""email_open""}"',
                '{"event_id":"X-0003","occurred_at":"{at}","recorded_at":"{at}","type":"activity","properties":{"action":"email_open"}}'
            ),
            (
                0.36, 'broken properties',
                'X-0004,{at},{at},L-000088,activity,,,,,"{""action"":""page_view"',
                '{"event_id":"X-0004","occurred_at":"{at}","recorded_at":"{at}","lead_id":"L-000088","type":"activity","properties":{"action":"page_view"'
            ),
            (
                0.45, 'too few columns',
                'X-0005,{at},{at},L-000101,activity',
                'X-0005 {at} L-000101 activity'
            ),
            (
                0.53, 'too many columns',
                'X-0006,{at},{at},L-000117,outreach,,uk1,uk,email,,resent,twice',
                '["X-0006","{at}","{at}","L-000117","outreach"]'
            ),
            (
                0.62, 'stage missing',
                'X-0007,{at},{at},L-000140,stage_entered,,uk2,uk,,',
                '{"event_id":"X-0007","occurred_at":"{at}","recorded_at":"{at}","lead_id":"L-000140","type":"stage_entered","owner_id":"uk2","team":"uk"}'
            ),
            (
                0.71, 'unknown stage',
                'X-0008,{at},{at},L-000163,stage_entered,MQL (old),dk1,dk_smb,,',
                '{"event_id":"X-0008","occurred_at":"{at}","recorded_at":"{at}","lead_id":"L-000163","type":"stage_entered","stage":"MQL (old)","owner_id":"dk1","team":"dk_smb"}'
            ),
            (
                0.83, 'no identity',
                ',{at},{at},L-000188,reply_received,,,dk_smb,email,',
                '{"occurred_at":"{at}","recorded_at":"{at}","lead_id":"L-000188","type":"reply_received","team":"dk_smb","channel":"email"}'
            ),
            (
                0.94, 'year typed wrong',
                'X-0010,2099-11-09T10:12:00Z,2099-11-09T10:12:31Z,L-000201,outreach,,ent1,dk_enterprise,phone,',
                '{"event_id":"X-0010","occurred_at":"2099-11-09T10:12:00Z","recorded_at":"2099-11-09T10:12:31Z","lead_id":"L-000201","type":"outreach","owner_id":"ent1","team":"dk_enterprise","channel":"phone"}'
            )
    ) as fault(share, fault, csv, ndjson)
),

placed as (
    select
        *,
        getvariable('start_s') + floor(share * (getvariable('end_s') - getvariable('start_s')))::bigint as recorded_s
    from faults
),

written as (
    select
        *,
        strftime(make_timestamp(recorded_s * 1000000), '%Y-%m-%dT%H:%M:%SZ') as stamp
    from placed
)

select
    recorded_s,
    fault,
    replace(csv, '{at}', stamp) as csv,
    replace(ndjson, '{at}', stamp) as ndjson
from written;
`;
