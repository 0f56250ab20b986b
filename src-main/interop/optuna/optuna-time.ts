/** SQLAlchemy's text form of a moment, with up to six decimals. */
const moment = /^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?$/

/** `2026-11-25 08:00:00.000000`, UTC as Optuna 5 writes it. */
export function formatOptunaTime(timeMs: number): string {
  return `${new Date(timeMs).toISOString().slice(0, 23).replace('T', ' ')}000`
}

/** Milliseconds since 1970, the text taken as UTC; null if it is no moment. */
export function readOptunaTime(text: string): number | null {
  const parts = moment.exec(text)
  if (parts === null) return null
  const [year = 0, month = 0, ...dayAndTime] = parts.slice(1, 7).map(Number)
  const fraction = parts[7] ?? ''
  return Date.UTC(year, month - 1, ...dayAndTime) + Number(fraction.padEnd(6, '0')) / 1_000
}
