/** Signs that may divide fields, in the order in which they are preferred. */
const delimiters = [',', '\t', ';', '|'] as const

/** Lines of the sample beyond this number add nothing. */
const MAX_LINES = 200

/**
 * The sign that divides most records into as many fields as the first; if several do, into most.
 * @param sample the first lines, whole except perhaps for the last
 */
export function inferDelimiter(sample: string): string {
  let best: string = delimiters[0]
  let bestShare = 0
  let bestFields = 1
  for (const delimiter of delimiters) {
    const records = splitRecords(sample, delimiter)
    const fields = records[0]?.length ?? 1
    if (fields < 2) continue
    const share = records.filter(record => record.length === fields).length / records.length
    if (share > bestShare || (share === bestShare && fields > bestFields)) {
      best = delimiter
      bestShare = share
      bestFields = fields
    }
  }
  return best
}

/** Whole records of a sample, quotes left as they are; the last one may be cut and is left out. */
function splitRecords(sample: string, delimiter: string): string[][] {
  const records: string[][] = []
  let record: string[] = []
  let field = ''
  let quoted = false
  for (let at = 0; at < sample.length && records.length < MAX_LINES; at++) {
    const sign = sample[at] as string
    if (sign === '"') quoted = !quoted
    if (!quoted && sample.startsWith(delimiter, at)) {
      record.push(field)
      field = ''
      at += delimiter.length - 1
    } else if (!quoted && (sign === '\n' || sign === '\r')) {
      if (record.length > 0 || field !== '') records.push([...record, field])
      record = []
      field = ''
    } else field += sign
  }
  if (records.length === 0 && record.length > 0) records.push([...record, field])
  return records
}
