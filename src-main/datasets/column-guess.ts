import {
  type ColumnFormat,
  type ColumnSettings,
  type Confidence,
  type DateSign,
  type DayOrder,
  type NumberFormat,
  plainNumber,
  timeOrders,
} from '../core/data/column-format.ts'
import {
  mayBeLeftOut,
  type NumberStyle,
  numberStyles,
  parseWritten,
  valueIn,
} from './written-number.ts'
import { allowsYearFirst, dateSignOf, parseTime } from './written-time.ts'
import { isInfinity, parseTruth, meansNoValue } from './written-words.ts'

/** How the values of a column are read, and how sure that is. */
export interface Guess {
  readonly format: ColumnFormat
  readonly confidence: Confidence
  /** The other reading that fits as well. */
  readonly other: ColumnFormat | null
  /** Values that the format reads as none: words such as `-`. */
  readonly words: number
  /** ±∞, which are read as no value. */
  readonly infinite: number
  /** All values are whole numbers. */
  readonly whole: boolean
  /** A category although most values are numbers, or look like them. */
  readonly looksNumeric: boolean
  /** Values that are numbers in the writing that fits most of them. */
  readonly numbers: number
  /** The first value that is no number like the others; null in a column of numbers. */
  readonly firstText: LocatedValue | null
  /** Of dates whose order is unclear, the first that fits both; absent elsewhere. */
  readonly firstUnclear?: LocatedValue | null
  /** Where the column is no time: the first value that is none in the order that fits most of them; absent elsewhere. */
  readonly firstOddTime?: LocatedValue | null
}

const MAX_TIME_LENGTH = 40
/** Units that are told apart; a column with more has no unit. */
const MAX_UNITS = 8
/** A column of texts is not looked at any further from here on … */
const HOPELESS_ROWS = 5_000
/** … if this share of its values is nothing but text. */
const HOPELESS_SHARE = 0.75
const MOSTLY = 0.5
const NEARLY_ALL = 0.9
/** `1.234`: one thousand two hundred and thirty-four, or a little more than one. */
const pointOrGroup = /^[+-]?[1-9]\d{0,2}\.\d{3}$/
const mostlyDigits = (text: string) =>
  text.length <= 40 && 2 * text.replaceAll(/\D/g, '').length >= text.replaceAll(/\s/g, '').length

/** A value and its line, for people. */
export interface LocatedValue {
  readonly value: string
  readonly line: number
}

/** A cell as an error shows it. */
export function cellExcerpt(text: string, line: number): LocatedValue {
  return { value: text.slice(0, 100), line }
}

/** Dates in digits with the same sign. */
interface WrittenDates {
  count: number
  /** Dates that have only one order. */
  DMY: number
  MDY: number
  /** The first one that has both. */
  firstUnclear: LocatedValue | null
}

/** Counts of values beyond plain numbers; made when the first one comes. */
class Writings {
  /** Values that fit each style, and those of them that are no whole numbers. */
  readonly fits = numberStyles.map(() => 0)
  readonly broken = numberStyles.map(() => 0)
  /** Values whose signs say something: they fit this style and not the plain one without the sign. */
  readonly grouped = numberStyles.map(() => 0)
  readonly units = new Map<string, { count: number; readonly first: LocatedValue }>()
  readonly times = timeOrders.map(() => 0)
  /** The first value that is no time in each order, dates that begin with their year aside where the order allows them. */
  readonly oddTimes: (LocatedValue | null)[] = timeOrders.map(() => null)
  /** Dates that do not begin with their year, and those in digits by the sign between their parts. */
  dayDates = 0
  readonly dates = new Map<DateSign, WrittenDates>()
  true = 0
  false = 0
  words = 0
  infinite = 0
  /** Texts that are mostly digits, and all that are none of the above. */
  digits = 0
  texts = 0
  firstText: LocatedValue | null = null
}

const DAY_FIRST = timeOrders.indexOf('DMY')
const MONTH_FIRST = timeOrders.indexOf('MDY')

function addDate(
  { dates }: Writings,
  located: LocatedValue,
  { dayFirst, monthFirst }: { readonly dayFirst: boolean; readonly monthFirst: boolean },
): void {
  const sign = dateSignOf(located.value)
  if (sign === null) return
  const written = dates.get(sign) ?? { count: 0, DMY: 0, MDY: 0, firstUnclear: null }
  dates.set(sign, written)
  written.count++
  if (dayFirst && monthFirst) written.firstUnclear ??= located
  else written[dayFirst ? 'DMY' : 'MDY']++
}

/** Collects how the values of one column are written, in one pass, and then decides what they are. */
export class ColumnGuess {
  /** Plain numbers, and those with a point: only a decimal one, or perhaps a group. */
  #plain = 0
  #points = 0
  #eitherPoints = 0
  #broken = 0
  #writings: Writings | null = null
  #hopeless = false

  /**
   * @param text trimmed; no word for "no value"
   * @param number its value where it is written plainly
   */
  add(text: string, number: number | null, line: number): void {
    if (number !== null) {
      this.#plain++
      if (!Number.isInteger(number)) this.#broken++
      if (!text.includes('.')) return
      if (pointOrGroup.test(text)) this.#eitherPoints++
      else this.#points++
      return
    }
    if (!this.#hopeless) this.#addWritten(text, line, (this.#writings ??= new Writings()))
  }

  #addWritten(text: string, line: number, seen: Writings): void {
    const written = parseWritten(text)
    if (written !== null) {
      let isNumber = false
      for (const [style, { thousands }] of numberStyles.entries()) {
        const value = valueIn(written, style)
        if (value === null) continue
        isNumber = true
        seen.fits[style] = (seen.fits[style] ?? 0) + 1
        if (!Number.isInteger(value)) seen.broken[style] = (seen.broken[style] ?? 0) + 1
        if (thousands !== '' && written.digits.includes(thousands))
          seen.grouped[style] = (seen.grouped[style] ?? 0) + 1
      }
      if (isNumber) {
        const { unit } = written
        const unitUse = seen.units.get(unit)
        if (unitUse !== undefined) unitUse.count++
        else if (seen.units.size <= MAX_UNITS)
          seen.units.set(unit, { count: 1, first: cellExcerpt(text, line) })
        return
      }
    }
    const truth = parseTruth(text)
    if (truth !== null) seen[truth ? 'true' : 'false']++
    if (meansNoValue(text)) {
      seen.words++
      return
    }
    if (isInfinity(text)) {
      seen.infinite++
      return
    }
    seen.firstText ??= cellExcerpt(text, line)
    if (truth === null) {
      let isTime = false
      let isYearFirst = false
      const fits = timeOrders.map(() => false)
      if (/^[\dA-Za-z]/.test(text) && text.length <= MAX_TIME_LENGTH) {
        for (const [index, order] of timeOrders.entries()) {
          if (parseTime(text, order) === null) continue
          isTime = true
          fits[index] = true
          isYearFirst ||= order === 'YMD'
          seen.times[index] = (seen.times[index] ?? 0) + 1
        }
        const [dayFirst, monthFirst] = [fits[DAY_FIRST] === true, fits[MONTH_FIRST] === true]
        if (dayFirst || monthFirst) {
          seen.dayDates++
          addDate(seen, cellExcerpt(text, line), { dayFirst, monthFirst })
        }
      }
      for (const [index, order] of timeOrders.entries()) {
        if (fits[index] !== true && !(isYearFirst && allowsYearFirst(order)))
          seen.oddTimes[index] ??= cellExcerpt(text, line)
      }
      if (!isTime) seen.texts++
      if (mostlyDigits(text)) seen.digits++
    }
    this.#hopeless = seen.texts > HOPELESS_ROWS && seen.texts > HOPELESS_SHARE * this.#count(seen)
  }

  #count(seen: Writings): number {
    return this.#plain + seen.texts + Math.max(...seen.fits)
  }

  /**
   * The sign of decimals that this column proves; null if it proves none.
   * @param values of the column that are there
   */
  proof(values: number): '.' | ',' | null {
    if (values === 0 || this.#hopeless) return null
    const { format, other } = this.decide(values, {}, null)
    if (format.type !== 'number' || other !== null) return null
    if (format.decimal === ',' || format.thousands === '.') return ','
    return this.#points > 0 || format.thousands === ',' ? '.' : null
  }

  /**
   * @param values of the column that are there
   * @param settings of the study file for this column
   * @param decimal sign that other columns prove or the study file says; null for none
   */
  decide(values: number, settings: ColumnSettings, decimal: '.' | ',' | null): Guess {
    const seen = this.#writings
    const none = { other: null, words: 0, infinite: 0, whole: false, looksNumeric: false }
    if (seen === null) return this.#plainColumn(values, settings, decimal)
    const { words, infinite } = seen
    const finiteCount = values - words - infinite
    const asNumbers = this.#numbers(seen, finiteCount, settings, decimal)
    const { numbers, firstOdd } = this.#mostNumbers(seen)
    const wanted = settings.type
    const firstText = seen.firstText ?? firstOdd
    const unsure = { words, infinite, looksNumeric: false, numbers, firstText: null }
    const fits = asNumbers !== null && (finiteCount > words + infinite || wanted === 'number')
    if (fits && (wanted ?? 'number') === 'number') return { ...asNumbers, ...unsure }
    const isTruth = seen.true + seen.false === values && seen.true > 0 && seen.false > 0
    if (wanted === 'boolean' || (wanted === undefined && isTruth)) {
      if (seen.true + seen.false === values)
        return {
          ...none,
          format: { type: 'boolean' },
          confidence: 'certain',
          numbers: 0,
          whole: true,
          firstText,
        }
    }
    const time =
      wanted === undefined || wanted === 'time'
        ? this.#times(seen, finiteCount, settings, decimal)
        : null
    if (time !== null && finiteCount > words) return { ...none, ...time, words, numbers, firstText }
    const isWanted = wanted === 'category'
    const looksNumeric =
      !isWanted &&
      !this.#hopeless &&
      (numbers >= MOSTLY * values || numbers + seen.digits >= NEARLY_ALL * values)
    const format = { type: 'category' } as const
    const firstOddTime = this.#oddTime(seen, settings)
    return {
      ...none,
      format,
      confidence: 'certain',
      looksNumeric,
      numbers,
      firstText,
      firstOddTime,
    }
  }

  /** The first value that keeps the column from being a time: in the order that is set, else in the one that fits most. */
  #oddTime(seen: Writings, { order: set }: ColumnSettings): LocatedValue | null {
    const yearFirst = seen.times[timeOrders.indexOf('YMD')] ?? 0
    const counts = timeOrders.map((order, index) => {
      const count = seen.times[index] ?? 0
      return count === 0 ? 0 : count + (allowsYearFirst(order) ? yearFirst : 0)
    })
    const most = set === undefined ? counts.indexOf(Math.max(...counts)) : timeOrders.indexOf(set)
    return seen.oddTimes[most] ?? null
  }

  #plainColumn(values: number, settings: ColumnSettings, decimal: '.' | ',' | null): Guess {
    const base = {
      words: 0,
      infinite: 0,
      looksNumeric: false,
      numbers: this.#plain,
      firstText: null,
    }
    if (settings.type === 'category') {
      return {
        ...base,
        format: { type: 'category' },
        confidence: 'certain',
        other: null,
        whole: false,
      }
    }
    const ambiguous = this.#eitherPoints > 0 && this.#points === 0
    const groups = ambiguous && (settings.thousands ?? (decimal === ',' ? '.' : '')) === '.'
    // Digits alone are the same number with all signs.
    const grouped: NumberFormat = { ...plainNumber, decimal: ',', thousands: '.' }
    const format = groups ? grouped : plainNumber
    const other = plainNumber
    const isSet = settings.decimal !== undefined || settings.thousands !== undefined
    const whole = groups || this.#broken === 0
    if (!ambiguous || isSet || decimal === '.')
      return { ...base, format, confidence: 'certain', other: null, whole: values > 0 && whole }
    return groups
      ? { ...base, format, confidence: 'likely', other, whole }
      : { ...base, format, confidence: 'unclear', other: grouped, whole }
  }

  /** Values that fit a style, plain ones among them. */
  #fitting(seen: Writings, style: number): number {
    const { decimal, thousands } = numberStyles[style] as NumberStyle
    const whole = this.#plain - this.#points - this.#eitherPoints
    const points = decimal === '.' ? this.#points : 0
    const either = decimal === '.' || thousands === '.' ? this.#eitherPoints : 0
    return (seen.fits[style] ?? 0) + whole + points + either
  }

  /** Values that are numbers of one unit in the signs that fit most of them, and the first that is not. */
  #mostNumbers(seen: Writings): {
    readonly numbers: number
    readonly firstOdd: LocatedValue | null
  } {
    const fits = numberStyles.map((_, style) => this.#fitting(seen, style))
    const best = fits.indexOf(Math.max(...fits))
    const bare = this.#plain + (seen.units.get('')?.count ?? 0)
    const units = [...seen.units].filter(([unit]) => unit !== '')
    const all = bare + units.reduce((sum, [, { count }]) => sum + count, 0)
    const [usual = ['', { count: 0 }]] = units.sort(([, a], [, b]) => b.count - a.count)
    const isUnit = usual[1].count > bare || mayBeLeftOut(usual[0])
    const ofUnit = isUnit ? usual[1].count + (mayBeLeftOut(usual[0]) ? bare : 0) : bare
    const odd = [...seen.units].find(([unit]) => unit !== (isUnit ? usual[0] : ''))?.[1].first
    const [first] = seen.units.values()
    return {
      numbers: Math.max(0, Math.max(this.#plain, fits[best] ?? 0) - (all - ofUnit)),
      firstOdd: odd ?? first?.first ?? null,
    }
  }

  /** The signs that fit all values; null if there are none, or the units differ. */
  #numbers(
    seen: Writings,
    finiteCount: number,
    settings: ColumnSettings,
    decimal: '.' | ',' | null,
  ): Pick<Guess, 'format' | 'confidence' | 'other' | 'whole'> | null {
    const unit = this.#unit(seen, finiteCount)
    if (unit === undefined || finiteCount === 0) return null
    const fitting = numberStyles
      .map((style, index) => ({ ...style, index }))
      .filter(({ index }) => this.#fitting(seen, index) === finiteCount)
      .filter(
        style =>
          (settings.decimal ?? style.decimal) === style.decimal &&
          (settings.thousands ?? style.thousands) === style.thousands,
      )
      // A sign of groups that no value has says nothing; it is left out unless the study file wants it.
      .filter(
        ({ index, thousands }) =>
          thousands === '' ||
          settings.thousands === thousands ||
          (seen.grouped[index] ?? 0) > 0 ||
          (thousands === '.' && this.#eitherPoints > 0),
      )
    const [first] = fitting
    if (first === undefined) return null
    const has = (decimalSign: string, thousands: string) =>
      fitting.find(style => style.decimal === decimalSign && style.thousands === thousands)
    const commas = [has(',', ''), has('.', ',')] as const
    const points = [has('.', ''), has(',', '.')] as const
    const pair =
      commas[0] !== undefined && commas[1] !== undefined
        ? commas
        : points[0] !== undefined && points[1] !== undefined
          ? points
          : null
    const make = ({ decimal: sign, thousands, index }: (typeof fitting)[number]) => ({
      format: { type: 'number', decimal: sign, thousands, unit } as const,
      whole: (seen.broken[index] ?? 0) === 0 && (sign === ',' || this.#broken === 0),
    })
    if (pair === null) return { ...make(first), confidence: 'certain', other: null }
    // `1,234` or `1.234` in every value: other columns decide, else money has two decimals at most.
    const [asDecimal, asGroup] = pair as readonly [typeof first, typeof first]
    const isMoney = unit !== null && mayBeLeftOut(unit)
    const [chosen, other, confidence] =
      decimal !== null
        ? asDecimal.decimal === decimal
          ? ([asDecimal, asGroup, 'likely'] as const)
          : ([asGroup, asDecimal, 'likely'] as const)
        : isMoney
          ? ([asGroup, asDecimal, 'likely'] as const)
          : pair === commas
            ? ([asGroup, asDecimal, 'unclear'] as const)
            : ([asDecimal, asGroup, 'unclear'] as const)
    return { ...make(chosen), confidence, other: make(other).format }
  }

  /** The one unit of the column, null for none; undefined if values have different ones or some have none. */
  #unit(seen: Writings, finiteCount: number): string | null | undefined {
    const units = [...seen.units].filter(([unit]) => unit !== '')
    const [first] = units
    if (first === undefined) return null
    const [unit, { count }] = first
    return units.length === 1 && (count === finiteCount || mayBeLeftOut(unit)) ? unit : undefined
  }

  #times(
    seen: Writings,
    finiteCount: number,
    settings: ColumnSettings,
    decimal: '.' | ',' | null,
  ): Pick<Guess, 'format' | 'confidence' | 'other' | 'whole' | 'firstUnclear'> | null {
    const yearFirst = seen.times[timeOrders.indexOf('YMD')] ?? 0
    const areDayDates = seen.dates.size > 0 && seen.dayDates + yearFirst === finiteCount
    const { order } = settings
    if (areDayDates && (order === undefined || order === 'DMY' || order === 'MDY')) {
      return readDates(seen.dates, { ...settings, order }, decimal)
    }
    const fitting = timeOrders.filter((order, index) => {
      const ofOrder = seen.times[index] ?? 0
      // A date that begins with its year is the same in every order.
      const count = ofOrder + (allowsYearFirst(order) && ofOrder > 0 ? yearFirst : 0)
      return finiteCount > 0 && count === finiteCount && (settings.order ?? order) === order
    })
    const [first] = fitting
    if (first === undefined) return null
    // Times of day, dates that begin with their year, and names of months have one order.
    return {
      format: { type: 'time', order: first },
      confidence: 'certain',
      other: null,
      whole: false,
    }
  }
}

/**
 * The order of days and months in dates in digits: of dates with the same sign it is one, which the settings or one of them
 * decide. Where nothing decides it, it is unclear, and taken to be that of most other dates; without any, months come first where
 * decimals are points and slashes divide. Null where dates with the same sign, or the settings, contradict one another.
 */
function readDates(
  dates: ReadonlyMap<DateSign, WrittenDates>,
  { order, orders }: Pick<ColumnSettings, 'orders'> & { readonly order: DayOrder | undefined },
  decimal: '.' | ',' | null,
): Pick<Guess, 'format' | 'confidence' | 'other' | 'whole' | 'firstUnclear'> | null {
  const bySize = [...dates].sort(([, a], [, b]) => b.count - a.count)
  const decided = new Map<DateSign, DayOrder>()
  const unclear: LocatedValue[] = []
  for (const [sign, { DMY: dayFirst, MDY: monthFirst, firstUnclear }] of bySize) {
    const proof = dayFirst > 0 ? 'DMY' : monthFirst > 0 ? 'MDY' : null
    const chosen = orders?.[sign] ?? order ?? proof
    if ((dayFirst > 0 && monthFirst > 0) || (proof !== null && chosen !== proof)) return null
    if (chosen !== null) decided.set(sign, chosen)
    else if (firstUnclear !== null) unclear.push(firstUnclear)
  }
  const [most] = decided.values()
  const usual = dates.has('/') && decimal !== ',' ? 'MDY' : 'DMY'
  const formatWith = (undecided: DayOrder): ColumnFormat => {
    const all = bySize.map(([sign]) => [sign, decided.get(sign) ?? undecided] as const)
    const main = all[0]?.[1] ?? undecided
    const others = all.filter(([, ofSign]) => ofSign !== main)
    return others.length === 0
      ? { type: 'time', order: main }
      : { type: 'time', order: main, orders: Object.fromEntries(others) }
  }
  const guess = most ?? usual
  const [firstUnclear] = unclear.sort((a, b) => a.line - b.line)
  if (firstUnclear === undefined)
    return { format: formatWith(guess), confidence: 'certain', other: null, whole: false }
  const other = formatWith(guess === 'DMY' ? 'MDY' : 'DMY')
  return { format: formatWith(guess), confidence: 'unclear', other, whole: false, firstUnclear }
}
