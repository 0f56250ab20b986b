import { describe, expect, it } from 'vitest'
import {
  formatBytes,
  formatCount,
  formatDataNumber,
  formatDeviation,
  formatMetric,
  formatNumber,
} from '../../../../src-main/core/i18n/format-number.ts'
import { formatDuration, formatMoment } from '../../../../src-main/core/i18n/format-time.ts'

describe('formatDeviation', () => {
  it.each([
    [6_600.4, 78_379, '6,600'],
    [16_600.4, 78_379, '16,600'],
    [7.90569, 85, '7.91'],
    [0.0123456, 0.97, '0.0123'],
    [1.23456, 1_234.5, '1'],
    [6.6, 9_999.7, '7'],
    // Less than the last digit of the value.
    [0.00001, 0.97, '1e-5'],
    [0, 0.97, '0'],
    [2e-5, 3e-5, '2e-5'],
  ])('writes %d beside %d as %s', (deviation, value, text) => {
    expect(formatDeviation(deviation, value)).toBe(text)
  })
})

describe('formatNumber', () => {
  it.each([
    [0, '0'],
    [-0, '0'],
    [16, '16'],
    [4_294_967_295, '4,294,967,295'],
    [0.97312, '0.9731'],
    [0.97, '0.97'],
    [12345.6, '12,346'],
    [-12345.6, '−12,346'],
    [1234.5, '1,235'],
    [9999.7, '10,000'],
    [-2541, '−2,541'],
    [6600, '6,600'],
    [1_613_245.2, '1,613,245'],
    [-6.871, '−6.871'],
    [0.000316227766, '3.162e-4'],
    [-0.0001, '−1e-4'],
    [1.5e7 + 0.5, '15,000,001'],
    [1.5e9 + 0.5, '1.5e9'],
    [1e300, '1e300'],
    [Number.NaN, 'NaN'],
    [Number.POSITIVE_INFINITY, '∞'],
    [Number.NEGATIVE_INFINITY, '−∞'],
  ])('writes %d as %s', (value, text) => {
    expect(formatNumber(value)).toBe(text)
  })

  it('keeps a parameter within half a unit of the fourth digit', () => {
    for (let exponent = -12; exponent <= 12; exponent++) {
      const value = 1.23456789 * 10 ** exponent
      expect(Math.abs(Number(formatNumber(value).replaceAll(',', '')) / value - 1)).toBeLessThan(
        5.1e-4,
      )
    }
  })
})

describe('formatMetric', () => {
  it('keeps zeros so that columns line up', () => {
    expect(formatMetric(0.97)).toBe('0.9700')
    expect(formatMetric(1)).toBe('1.000')
    expect(formatMetric(123456)).toBe('123,456')
    expect(formatMetric(-2541.2)).toBe('−2,541')
    expect(formatMetric(9999.96)).toBe('10,000')
    expect(formatMetric(2.5e9)).toBe('2.5e9')
    expect(formatMetric(-0.25)).toBe('−0.2500')
    expect(formatMetric(1e-5)).toBe('1e-5')
  })
})

describe('formatMetric of one column', () => {
  it('writes values of mixed magnitudes without an exponent, below a billion', () => {
    const column = [994_585, 1_613_245.2, 78_379.4, 6599.7, -2541, 999_999_999.4]
    expect(column.map(formatMetric)).toEqual([
      '994,585',
      '1,613,245',
      '78,379',
      '6,600',
      '−2,541',
      '999,999,999',
    ])
  })
})

describe('formatDataNumber', () => {
  it.each([
    [1978, '1978'],
    [-44, '−44'],
    [12_345, '12,345'],
    [1234.5, '1,235'],
    [0.5, '0.5'],
  ])('writes %d as %s', (value, text) => {
    expect(formatDataNumber(value)).toBe(text)
  })
})

describe('formatCount and formatBytes', () => {
  it('separates thousands and chooses a unit', () => {
    expect(formatCount(1234567)).toBe('1,234,567')
    expect(formatCount(999)).toBe('999')
    expect(formatCount(-2541)).toBe('−2,541')
    expect(formatBytes(16 * 1024 ** 3)).toBe('16 GiB')
    expect(formatBytes(1536)).toBe('1.5 KiB')
  })
})

describe('formatDuration', () => {
  it.each([
    [0, '0 s', '0 秒'],
    [0.2, '1 ms', '1 毫秒'],
    [340, '340 ms', '340 毫秒'],
    [999.6, '1.0 s', '1.0 秒'],
    [6_210, '6.2 s', '6.2 秒'],
    [59_700, '1 min', '1 分钟'],
    [72_000, '1 min 12 s', '1 分 12 秒'],
    [3_599_700, '1 h', '1 小时'],
    [7_500_000, '2 h 5 min', '2 小时 5 分钟'],
    [273_600_000, '3 d 4 h', '3 天 4 小时'],
    [Number.NaN, '–', '–'],
  ])('writes %d ms in both languages', (durationMs, english, chinese) => {
    expect(formatDuration(durationMs, 'en')).toBe(english)
    expect(formatDuration(durationMs, 'zh-CN')).toBe(chinese)
  })
})

describe('formatMoment', () => {
  it('names the zone whose time it is', () => {
    const timeMs = Date.UTC(2026, 6, 1, 22, 30)
    expect(formatMoment(timeMs, 'Europe/Berlin')).toBe('2026-07-02 00:30 UTC+2')
    expect(formatMoment(timeMs, 'Asia/Kolkata')).toBe('2026-07-02 04:00 UTC+5:30')
    expect(formatMoment(Date.UTC(2026, 0, 1), 'America/New_York')).toBe('2025-12-31 19:00 UTC-5')
    expect(formatMoment(Number.NaN, 'UTC')).toBe('–')
  })

  it('agrees with ISO 8601', () => {
    for (const timeMs of [0, 1_764_057_600_000, 951_782_399_000, 4_102_444_799_999]) {
      const iso = new Date(timeMs).toISOString()
      expect(formatMoment(timeMs, 'UTC')).toBe(`${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`)
    }
  })
})
