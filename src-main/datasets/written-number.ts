import { ownValue } from '../core/values/named-values.ts'
import { decimalSigns, thousandsSigns, type NumberFormat } from '../core/data/column-format.ts'

/** Signs with which a number can be written. */
export type NumberStyle = Pick<NumberFormat, 'decimal' | 'thousands'>

/** All pairs of signs, those without groups first. */
export const numberStyles: readonly NumberStyle[] = thousandsSigns.flatMap(thousands =>
  decimalSigns.filter(decimal => decimal !== thousands).map(decimal => ({ decimal, thousands })),
)

/** A text that is a number with something around it. */
export interface WrittenNumber {
  readonly negative: boolean
  /** Digits and the signs between them. */
  readonly digits: string
  readonly exponent: number
  /** Currency, percent or unit; empty for none. */
  readonly unit: string
  /** Of the suffix: 1,000 for `k`. */
  readonly scale: number
}

const plain = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/

/** A cell as a number, or null if it is none in the plainest writing. `1e999` overflows and gives ±∞. */
export function parseNumber(cell: string): number | null {
  return plain.test(cell) ? Number(cell) : null
}

/** Longer texts are no numbers. */
const MAX_LENGTH = 40

const code =
  'USD|EUR|GBP|CHF|JPY|CNY|RMB|INR|AUD|CAD|SEK|NOK|DKK|PLN|CZK|HUF|RUB|BRL|TRY|KRW|ZAR|MXN|SGD|HKD|NZD|THB|IDR|MYR|ILS|RON|BGN|UAH|VND|PHP'
const named = 'Rs\\.?|kr\\.?|RM|Rp\\.?|SFr\\.?|Fr\\.?|R|zł|Kč|Ft'
const currency = new RegExp(
  `^(?:[A-Z]{0,3}\\p{Sc}|${code}|${named}|元|円|원|lei|лв\\.?|руб\\.?|р\\.)$`,
  'u',
)
const pattern = new RegExp(
  `^(\\()?([+-])?((?:[A-Z]{0,3}\\p{Sc}|${code}|${named}) ?)?(\\()?([+-])? ?` +
    `(\\d[\\d.,' _]*|[.,]\\d+)(?:[eE]([+-]?\\d{1,3}))?(-)?` +
    ` ?([%‰\\p{L}\\p{Sc}°µ²³"″][\\p{L}\\p{Sc}°µ²³"″/·*%. -]{0,15})?(\\))? ?(-)?$`,
  'u',
)

const scales: Readonly<Record<string, number>> = {
  k: 1e3,
  K: 1e3,
  千: 1e3,
  thousand: 1e3,
  Tsd: 1e3,
  tis: 1e3,
  M: 1e6,
  Mio: 1e6,
  mio: 1e6,
  mn: 1e6,
  million: 1e6,
  Million: 1e6,
  millions: 1e6,
  mln: 1e6,
  B: 1e9,
  bn: 1e9,
  Bn: 1e9,
  Mrd: 1e9,
  mrd: 1e9,
  billion: 1e9,
  Billion: 1e9,
  billions: 1e9,
  万: 1e4,
  亿: 1e8,
  億: 1e8,
  lakh: 1e5,
  Lakh: 1e5,
  crore: 1e7,
  Crore: 1e7,
  Cr: 1e7,
}
const scaled = /^(\p{L}+)\.?(?: ?(.*))?$/u

/** Spaces, apostrophes and minus signs of every kind, wide and Arabic digits as plain ones. */
function normalize(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text.replaceAll(/ {2,}/g, ' ')
  return text
    .replaceAll(/[\uff01-\uff5e]/g, sign => String.fromCharCode(sign.charCodeAt(0) - 0xfee0))
    .replaceAll(/[٠-٩]/g, digit => String(digit.charCodeAt(0) - 0x660))
    .replaceAll(/[۰-۹]/g, digit => String(digit.charCodeAt(0) - 0x6f0))
    .replaceAll('٫', '.')
    .replaceAll('٬', ',')
    .replaceAll(/[‘’ʼ´`]/g, "'")
    .replaceAll(/[−–‒﹣]/g, '-')
    .replaceAll(/\s+/g, ' ')
    .trim()
}

/** Takes a number apart; null for a text that is none in any writing. */
export function parseWritten(text: string): WrittenNumber | null {
  if (text.length > MAX_LENGTH) return null
  const parts = pattern.exec(normalize(text))
  if (parts === null) return null
  const [, open1, sign1, prefix = '', open2, sign2, digits = '', exponent = '0'] = parts
  const [minus1, suffix = '', close, minus2] = parts.slice(8)
  const open = open1 ?? open2
  // `12,-` is a price without cents.
  const isPrice = minus1 !== undefined && /[.,]$/.test(digits)
  const minus = isPrice ? minus2 : (minus1 ?? minus2)
  // One way of saying less than nothing, and brackets on both sides.
  const ways = [open, sign1, sign2, minus].filter(way => way !== undefined)
  if (ways.length > 1 || (open === undefined) !== (close === undefined)) return null
  // `2. Married` counts its categories.
  if (/[.,] ?$/.test(digits) && /^\p{L}/u.test(suffix) && !currency.test(suffix.trim())) return null
  const { unit, scale } = readSuffix(suffix.trim(), prefix !== '')
  if (prefix !== '' && unit !== '' && !currency.test(unit) && !unit.startsWith('/')) return null
  return {
    negative: ways.some(way => way !== '+'),
    digits: isPrice ? digits.slice(0, -1) : digits.trim(),
    exponent: Number(exponent),
    unit: `${prefix.trim()}${unit}`,
    scale,
  }
}

function readSuffix(suffix: string, hasCurrency: boolean): { unit: string; scale: number } {
  const [, word = '', unit = ''] = scaled.exec(suffix) ?? []
  const scale =
    hasCurrency && word === 'm'
      ? 1e6
      : Object.hasOwn(scales, word)
        ? ownValue(scales, word)
        : undefined
  return scale === undefined ? { unit: suffix, scale: 1 } : { unit, scale }
}

/** Whether some values may be written without this unit: `€ 5` and `5` are the same amount, `5 %` and `5` are not. */
export function mayBeLeftOut(unit: string): boolean {
  return currency.test(unit)
}

const bySign = numberStyles.map(({ thousands, decimal }) => {
  const [group, point] = [thousands, decimal].map(sign => sign.replace('.', '\\.'))
  const whole =
    group === ''
      ? '\\d+'
      : `(?:\\d+|[1-9]\\d{0,2}(?:${group}\\d{3})+${group === ',' ? '|[1-9]\\d?(?:,\\d{2})*,\\d{3}' : ''})`
  return new RegExp(`^(?:${whole}(?:${point}\\d*)?|${point}\\d+)$`)
})

/** The value of a written number with given signs (by their place in the list of styles); null where they do not fit. */
export function valueIn(written: WrittenNumber, style: number): number | null {
  const { digits, exponent, negative, scale } = written
  if (bySign[style]?.test(digits) !== true) return null
  const { thousands, decimal } = numberStyles[style] as NumberStyle
  const plainDigits = (thousands === '' ? digits : digits.replaceAll(thousands, '')).replace(
    decimal,
    '.',
  )
  const value = Number(`${negative ? '-' : ''}${plainDigits}e${String(exponent)}`)
  return scale === 1 ? value : value * scale
}

/** The place of two signs in the list of styles. */
export function styleOf({ decimal, thousands }: NumberStyle): number {
  return numberStyles.findIndex(style => style.decimal === decimal && style.thousands === thousands)
}
