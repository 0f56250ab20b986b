const pattern =
  /^(\d{4})[-/](\d{1,2})(?:[-/](\d{1,2}))?(?:[T ](\d{1,2}):(\d{2})(?::(\d{2}(?:\.\d+)?))?)?\s*(Z|[+-]\d{2}:?\d{2})?$/

/**
 * A date or time as milliseconds since 1970, UTC unless it says otherwise: ISO 8601 from the year on
 * (`2024-02`, `2024-02-29`, `2024/2/29`, `2024-02-29 12:30:00+01:00`). Null for anything else.
 */
export function parseTime(text: string): number | null {
  const parts = pattern.exec(text)
  if (parts === null) return null
  const [, year, month, day = '1', hour = '0', minute = '0', second = '0', zone = 'Z'] = parts
  const midnight = Date.UTC(Number(year), Number(month) - 1, Number(day))
  const date = new Date(midnight)
  // A day that the month has not would roll over into the next one.
  if (date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day)) return null
  if (Number(hour) > 24 || Number(minute) > 59 || Number(second) >= 61) return null
  const ofDay = (Number(hour) * 60 + Number(minute)) * 60_000 + Number(second) * 1_000
  return midnight + ofDay - offsetMs(zone)
}

function offsetMs(zone: string): number {
  if (zone === 'Z') return 0
  const digits = zone.replace(':', '').slice(1)
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2))
  return (zone.startsWith('-') ? -1 : 1) * minutes * 60_000
}
