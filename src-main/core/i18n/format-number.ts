/**
 * How the page, every report and the terminal write numbers: four significant digits or all that stand before the decimal point,
 * exponents only below a thousandth and from a billion on, thousands separated, and a minus sign before what is negative, so that
 * the numbers of a column are written alike. What programs read (study files, CSV, JSON) is not written with this.
 */

const SMALLEST = 1e-3
const LARGEST = 1e9
/** Up to here every whole number is exact. */
const LARGEST_WHOLE = 1e15
/** From here on nothing after the decimal point is among the first four digits. */
const FOUR_DIGITS = 9_999.5
const MINUS = '−'
const THOUSANDS = /\B(?=(\d{3})+(?!\d))/g

/** A parameter or any plain number: `0.97`, `16`, `1,024`, `−12,346`, `3.162e-4`, `NaN`, `∞`; whole ones below 10¹⁵ stay whole. */
export function formatNumber(value: number): string {
  return formatSpecial(value) ?? withThousands(plainNumber(value))
}

/** A number of somebody's data: whole ones of up to four digits have no separator, as many of them are years: `1978`. */
export function formatDataNumber(value: number): string {
  return Number.isInteger(value) && Math.abs(value) < FOUR_DIGITS
    ? String(value).replace(/^-/, MINUS)
    : formatNumber(value)
}

/** A cell of somebody's data: {@link formatDataNumber}, the text, or `–` for none. */
export function formatDataCell(value: string | number | null): string {
  return typeof value === 'number' ? formatDataNumber(value) : (value ?? '–')
}

function plainNumber(value: number): string {
  const magnitude = Math.abs(value)
  if (Number.isInteger(value) && magnitude < LARGEST_WHOLE) return String(value)
  if (magnitude < SMALLEST || magnitude >= LARGEST) return formatExponent(value)
  if (magnitude >= FOUR_DIGITS) return String(Math.round(value))
  return String(Number(value.toPrecision(4)))
}

/** A measured value; keeps trailing zeros so that columns line up: `0.9700`, `78,379`, `1,092,400`, `3.4e12`. */
export function formatMetric(value: number): string {
  const special = formatSpecial(value)
  if (special !== null) return special
  const magnitude = Math.abs(value)
  // Whole or not: a column of measured values has one limit.
  if (magnitude >= LARGEST) return withThousands(formatExponent(value))
  if (magnitude < SMALLEST || magnitude >= FOUR_DIGITS) return formatNumber(value)
  return withThousands(value.toPrecision(4))
}

/**
 * How far values lie apart, written beside one of them and to the same decimals: `6,600` beside `78,379`, `0.0123` beside `0.9700`.
 * @param deviation 0 or more
 */
export function formatDeviation(deviation: number, value: number): string {
  const size = Math.abs(value)
  if (!Number.isFinite(deviation) || deviation === 0 || size < SMALLEST || size >= LARGEST)
    return formatMetric(deviation)
  // From there on, nothing after the point is among the first four digits.
  const decimals = size >= 9_999.5 ? 0 : (value.toPrecision(4).split('.')[1] ?? '').length
  const text = deviation.toFixed(decimals)
  return Number(text) === 0 ? formatMetric(deviation) : text.replace(/^\d+/, formatThousands)
}

function formatThousands(digits: string): string {
  return digits.replace(THOUSANDS, ',')
}

/** A count with thousands separated: `12,345`. */
export function formatCount(value: number): string {
  return withThousands(String(value))
}

/**
 * A number as JavaScript writes it, with its thousands separated and a minus sign: `1,234`, `12,345`, `−0.5`. An exponent keeps its
 * hyphen, as programs write it.
 */
export function withThousands(text: string): string {
  return text.replace(/^-?\d{4,}/, digits => digits.replace(THOUSANDS, ',')).replace(/^-/, MINUS)
}

/** A share of 0…1 in per cent: `12 %`. */
export function formatPercent(share: number): string {
  return Number.isFinite(share) ? `${Math.round(share * 100)} %` : '–'
}

/** A size in binary units: `16 GiB`. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
  let size = bytes
  let unit = 0
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024
    unit++
  }
  return `${Number(size.toPrecision(3))} ${units[unit] ?? 'B'}`
}

function formatSpecial(value: number): string | null {
  if (Number.isNaN(value)) return 'NaN'
  if (value === Number.POSITIVE_INFINITY) return '∞'
  if (value === Number.NEGATIVE_INFINITY) return `${MINUS}∞`
  return value === 0 ? '0' : null
}

function formatExponent(value: number): string {
  const [mantissa = '', exponent = ''] = value.toExponential(3).split('e')
  return `${Number(mantissa)}e${Number(exponent)}`
}
