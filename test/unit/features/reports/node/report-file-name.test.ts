import { describe, expect, it } from 'vitest'
import { reportFileName } from '../../../../../src-main/features/reports/node/report-file-name.ts'

describe('reportFileName', () => {
  it.each(['quickstart', 'mnist-cnn_2.1', '手写数字', '12'])('keeps %s', name => {
    expect(reportFileName(name, 7)).toBe(name)
  })

  it('never gives two studies one file', () => {
    const names = [
      'a-b',
      'a/b',
      'a\\b',
      'a:b',
      '🚀',
      '🧪',
      'study',
      '../a-b',
      '--help',
      'help',
      'a-b-2',
      'a-b~2',
    ]
    const files = names.map((name, index) => reportFileName(name, index + 1))
    expect(new Set(files).size).toBe(names.length)
    for (const file of files) expect(file).toMatch(/^[\p{L}\p{N}][\p{L}\p{N}._~-]*$/u)
  })

  it('fits into a file name, whatever the alphabet', () => {
    const name = reportFileName('参'.repeat(120), 3)
    expect(
      Buffer.byteLength(`.${name}.html.00000000-0000-0000-0000-000000000000.partial`),
    ).toBeLessThan(256)
    expect(name).toMatch(/^参+~3$/)
  })

  it('avoids the device names of Windows', () => {
    expect(reportFileName('CON', 4)).toBe('CON~4')
    // What follows the first dot makes it no other file.
    expect(reportFileName('nul.a', 4)).toBe('study-nul.a~4')
    expect(reportFileName('Com1.*', 4)).toBe('Com1~4')
  })
})
