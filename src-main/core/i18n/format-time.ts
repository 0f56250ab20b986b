import type { Language } from './language.ts'

const units = {
  en: {
    milliseconds: ' ms',
    seconds: ' s',
    minutes: ' min',
    lastMinutes: ' min',
    hours: ' h',
    days: ' d',
    gap: ' ',
  },
  'zh-CN': {
    milliseconds: ' 毫秒',
    seconds: ' 秒',
    minutes: ' 分',
    // Where no seconds follow.
    lastMinutes: ' 分钟',
    hours: ' 小时',
    days: ' 天',
    gap: ' ',
  },
} as const satisfies Record<Language, unknown>

/** A duration with its two largest units: `340 ms`, `6.2 s`, `1 min 12 s`, `2 h 5 min`. */
export function formatDuration(durationMs: number, language: Language): string {
  if (!Number.isFinite(durationMs)) return '–'
  const unit = units[language]
  const ms = Math.max(0, durationMs)
  if (ms === 0) return `0${unit.seconds}`
  if (ms < 999.5) return `${Math.max(1, Math.round(ms))}${unit.milliseconds}`
  if (ms < 9_950) return `${(ms / 1000).toFixed(1)}${unit.seconds}`
  const seconds = Math.round(ms / 1000)
  if (seconds < 60) return `${seconds}${unit.seconds}`
  if (seconds < 3_600) {
    const large = seconds % 60 === 0 ? unit.lastMinutes : unit.minutes
    return pair(seconds, 60, large, unit.seconds, unit.gap)
  }
  const minutes = Math.round(seconds / 60)
  if (minutes < 1_440) return pair(minutes, 60, unit.hours, unit.lastMinutes, unit.gap)
  return pair(Math.round(minutes / 60), 24, unit.days, unit.hours, unit.gap)
}

/** Up to these times that are left, steps of so many milliseconds: seconds of ten minutes are no promise. */
const stepsOfTimeLeft = [
  [10_000, 1_000],
  [60_000, 5_000],
  [300_000, 15_000],
  [600_000, 30_000],
  [3_600_000, 60_000],
  [Infinity, 300_000],
] as const

/** A time that is left, rounded the more the longer it is; of two times the longer one is never shown as the shorter one. */
export function formatTimeLeft(durationMs: number, language: Language): string {
  const [, step] = stepsOfTimeLeft.find(([limit]) => durationMs < limit) ?? stepsOfTimeLeft[0]
  return formatDuration(Math.round(durationMs / step) * step, language)
}

function pair(amount: number, per: number, large: string, small: string, gap: string): string {
  const remainder = amount % per
  const first = `${Math.floor(amount / per)}${large}`
  return remainder === 0 ? first : `${first}${gap}${remainder}${small}`
}

const agoUnits = [
  ['year', 365 * 86_400_000],
  ['month', 30 * 86_400_000],
  ['week', 7 * 86_400_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const

/** How long ago something was, in its largest unit: `5 minutes ago`, `yesterday`, `now`; a clock that was set back says `now`. */
export function formatAgo(timeMs: number, nowMs: number, language: Language): string {
  const words = new Intl.RelativeTimeFormat(language, { numeric: 'auto' })
  const pastMs = Math.max(0, nowMs - timeMs)
  const [unit, lengthMs] =
    agoUnits.find(([, least]) => pastMs >= least) ?? (['second', Infinity] as const)
  return words.format(-Math.floor(pastMs / lengthMs) || 0, unit)
}

/**
 * A moment as `2026-11-25 08:00 UTC+1`, wherever it may be read far from where it was written; `timeMs` counts from 1970.
 * @param timeZone as `Europe/Berlin`
 */
export function formatMoment(timeMs: number, timeZone: string): string {
  if (!Number.isFinite(timeMs)) return '–'
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    timeZoneName: 'shortOffset',
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  }).formatToParts(timeMs)
  const part = (type: string) => parts.find(candidate => candidate.type === type)?.value ?? ''
  const zone = part('timeZoneName').replace(/^GMT(\+0$)?/, 'UTC')
  return `${part('year')}-${part('month')}-${part('day')} ${part('hour')}:${part('minute')} ${zone}`
}
