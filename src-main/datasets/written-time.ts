import type { ColumnFormat, DateSign, TimeOrder } from '../core/data/column-format.ts'

const DAY_MS = 86_400_000
const clockPart = String.raw`(\d{1,2}):(\d{2})(?::(\d{2}(?:[.,]\d+)?))?\s*([AaPp]\.?[Mm]\.?)?`
const zonePart = String.raw`\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?`
const ofDay = `(?:[T ,]\\s*${clockPart}${zonePart})?$`
const iso = new RegExp(`^(\\d{4})[-/.](\\d{1,2})(?:[-/.](\\d{1,2}))?${ofDay}`)
const chinese = new RegExp(`^(\\d{4})年(\\d{1,2})月(?:(\\d{1,2})日)?${ofDay}`)
const numbers = new RegExp(`^(\\d{1,2})([-/.])(\\d{1,2})\\2(\\d{4}|\\d{2})${ofDay}`)
const month = '([A-Za-z]{3,9})\\.?'
const weekday = '(?:[A-Za-z]{3,9},\\s*)?'
const dayName = new RegExp(
  `^${weekday}(\\d{1,2})(?:st|nd|rd|th)?[- ]${month}[- ,]\\s*(\\d{4}|\\d{2})${ofDay}`,
)
const nameDay = new RegExp(`^${weekday}${month} (\\d{1,2})(?:st|nd|rd|th)?,?\\s+(\\d{4})${ofDay}`)
const nameYear = new RegExp(`^${month}[- ](\\d{4})$`)
const clock = new RegExp(`^${clockPart}$`)
const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const fullMonths = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
  'sept',
]

/**
 * A date or time as milliseconds since 1970, UTC unless it says otherwise: ISO 8601 from the month on
 * (`2024-02`, `2024/2/29`, `2024-02-29 12:30:00+01:00`, `2024年2月29日`), days before or after months as `order` says
 * (`29.02.2024`, `2/29/24 1:05 PM`), names of months in English with both; `clock`: a time of day by itself. Null for anything else.
 */
export function parseTime(text: string, order: TimeOrder = 'YMD'): number | null {
  if (order === 'clock') {
    const parts = clock.exec(text)
    return parts === null ? null : clockMs(parts.slice(1))
  }
  if (order === 'YMD') {
    const [, year, monthNumber, day = '1', ...isoTimeParts] =
      iso.exec(text) ?? chinese.exec(text) ?? []
    return year === undefined ? null : moment(year, Number(monthNumber), day, isoTimeParts)
  }
  const [, first, , second, year, ...timeParts] = numbers.exec(text) ?? []
  if (first !== undefined && second !== undefined && year !== undefined) {
    const [day, monthNumber] = order === 'DMY' ? [first, second] : [second, first]
    return moment(year, Number(monthNumber), day, timeParts)
  }
  const named = dayName.exec(text)
  if (named !== null) {
    const [, day = '', name = '', of = '', ...time] = named
    return moment(of, monthNamed(name), day, time)
  }
  const nameFirst = nameDay.exec(text)
  if (nameFirst !== null) {
    const [, name = '', day = '', of = '', ...time] = nameFirst
    return moment(of, monthNamed(name), day, time)
  }
  const [, name = '', of = ''] = nameYear.exec(text) ?? []
  return name === '' ? null : moment(of, monthNamed(name), '1', [])
}

/** The sign between day, month and year of a date in digits that does not begin with its year; null for anything else. */
export function dateSignOf(text: string): DateSign | null {
  return (numbers.exec(text)?.[2] as DateSign | undefined) ?? null
}

/** Whether a column of this order may hold dates that begin with their year, too. */
export function allowsYearFirst(order: TimeOrder): boolean {
  return order === 'DMY' || order === 'MDY'
}

/**
 * Days since 1970 for dates, seconds for times of day: what a network learns from. Dates that begin with their year are read in the
 * orders `DMY` and `MDY`, too.
 */
export function timeValue(
  text: string,
  { order: main, orders }: Omit<Extract<ColumnFormat, { type: 'time' }>, 'type'>,
): number | null {
  const sign = orders === undefined ? null : dateSignOf(text)
  const order = (sign === null ? undefined : orders?.[sign]) ?? main
  const ms = parseTime(text, order) ?? (allowsYearFirst(order) ? parseTime(text) : null)
  return ms === null ? null : order === 'clock' ? ms / 1_000 : ms / DAY_MS
}

function monthNamed(name: string): number {
  const lower = name.toLowerCase()
  if (lower === 'sept') return 9
  return 1 + (lower.length === 3 ? months.indexOf(lower) : fullMonths.indexOf(lower))
}

/** @param timeParts hours, minutes, seconds, AM or PM, zone */
function moment(
  year: string,
  monthNumber: number,
  day: string,
  timeParts: readonly (string | undefined)[],
): number | null {
  // Two digits as POSIX and Python read them: 69 … 99 are 19…, the others 20….
  const full = year.length === 2 ? Number(year) + (Number(year) < 69 ? 2000 : 1900) : Number(year)
  const midnight = Date.UTC(full, monthNumber - 1, Number(day))
  const date = new Date(midnight)
  // A day that the month has not would roll over into the next one.
  if (date.getUTCMonth() !== monthNumber - 1 || date.getUTCDate() !== Number(day)) return null
  const time = timeParts[0] === undefined ? 0 : clockMs(timeParts)
  return time === null ? null : midnight + time - offsetMs(timeParts[4] ?? 'Z')
}

function clockMs([hour = '0', minute = '0', second = '0', half]: readonly (string | undefined)[]) {
  const afternoon = half?.toLowerCase().startsWith('p')
  if (Number(hour) > (afternoon === undefined ? 24 : 12)) return null
  if (Number(minute) > 59 || Number(second.replace(',', '.')) >= 61) return null
  const hours = afternoon === undefined ? Number(hour) : (Number(hour) % 12) + (afternoon ? 12 : 0)
  return (hours * 60 + Number(minute)) * 60_000 + Number(second.replace(',', '.')) * 1_000
}

function offsetMs(zone: string): number {
  if (!/\d/.test(zone)) return 0
  const digits = zone.replace(':', '').slice(1)
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2))
  return (zone.startsWith('-') ? -1 : 1) * minutes * 60_000
}
