/** SQLAlchemy's text form of a moment, with up to six decimals. */
const moment = /^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?$/

const two = (number: number): string => String(number).padStart(2, '0')

/** `2026-11-25 08:00:00.123000` by the clock of this machine, as Optuna's `datetime.now()` has it. */
export function formatLocalTime(timeMs: number): string {
  const time = new Date(timeMs)
  const day = [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join('-')
  const clock = [time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(':')
  return `${day} ${clock}.${String(time.getMilliseconds()).padStart(3, '0')}000`
}

/** Milliseconds since 1970; null if the text is no moment. */
export function readLocalTime(text: string): number | null {
  const parts = moment.exec(text)
  if (parts === null) return null
  const [year = 0, month = 0, day, hour, minute, second] = parts.slice(1, 7).map(Number)
  const time = new Date(year, month - 1, day, hour, minute, second).getTime()
  return time + Number((parts[7] ?? '').padEnd(6, '0')) / 1_000
}
