import { isObject } from '../../../core/values/json.ts'
import { parseJson } from '../../user-code/json-lines-reader.ts'
import { pointsOf } from '../shared/logged-row.ts'
import { SqliteRows } from '../shared/sqlite-rows.ts'
import type { LoggedPoint, MetricLogFormat } from '../metric-log.ts'

interface Row {
  readonly step: unknown
  readonly metrics: unknown
}

/** The database of a project of Trackio. */
export const trackio: MetricLogFormat = {
  isOpenedAtStart: true,
  open: (file, mark) => new SqliteRows<Row>(file, mark, ['step', 'metrics'], pointsOfRow),
}

function pointsOfRow({ step, metrics }: Row): LoggedPoint[] {
  // It stands there as text or as the bytes of a text.
  const json = Buffer.isBuffer(metrics) ? metrics.toString('utf8') : metrics
  const row = typeof json === 'string' ? parseJson(json) : undefined
  if (!isObject(row) || typeof step !== 'number') return []
  return pointsOf({ ...row, step })
}
