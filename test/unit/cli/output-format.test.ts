import { describe, expect, it } from 'vitest'
import { isAppError } from '../../../src-main/contract/errors.ts'
import {
  exportFormats,
  reportFormats,
  type ExportFormat,
  type ReportFormat,
} from '../../../src-main/contract/report.ts'
import { exportFiles, formatOfFile, reportFiles } from '../../../src-main/cli/output-format.ts'
import { catchAppError } from '../../helpers/catch-error.ts'

const ofReport = (file: string, asked?: ReportFormat) => formatOfFile(reportFiles, asked, file)
const ofExport = (file: string, asked?: ExportFormat) => formatOfFile(exportFiles, asked, file)

async function ruleOf(choose: () => unknown): Promise<string> {
  const error = await catchAppError(choose)
  if (!isAppError(error, 'usage.invalid')) throw error
  return error.detail.reason
}

describe('a report', () => {
  it.each([
    ['a.html', 'html'],
    ['a.htm', 'html'],
    ['A.PDF', 'pdf'],
    ['dir.zip/a.md', 'markdown'],
    ['a.b.tex', 'latex'],
    ['a.json', 'json'],
  ])('%s is %s, asked for or not', (file, format) => {
    expect(ofReport(file)).toBe(format)
    expect(ofReport(file, format as ReportFormat)).toBe(format)
  })

  it('is asked for where the ending says several things, or nothing', async () => {
    for (const format of ['csv', 'figures', 'svg'] as const) {
      expect(ofReport('a.csv.zip', format)).toBe(format)
    }
    for (const format of reportFormats) expect(ofReport('/dev/stdout', format)).toBe(format)
    expect(await ruleOf(() => ofReport('a.zip'))).toBe(
      '-o "a.zip": .zip can be csv, figures, svg: say which with --format',
    )
    for (const file of ['a.docx', 'a', '.pdf', 'a.']) {
      expect(await ruleOf(() => ofReport(file))).toBe(
        `-o "${file}": must end in .html, .htm, .pdf, .md, .tex, .zip, .json, or --format be given`,
      )
    }
  })

  it('is refused where the ending says something else than --format', async () => {
    expect(await ruleOf(() => ofReport('a.pdf', 'html'))).toBe(
      '-o "a.pdf": a file of format html must end in .html or .htm',
    )
    expect(await ruleOf(() => ofReport('a.html', 'figures'))).toContain('figures must end in .zip')
  })
})

describe('an export', () => {
  it('is what its ending usually says', () => {
    expect(ofExport('a.csv')).toBe('csv')
    expect(ofExport('a.json')).toBe('json')
    for (const file of ['a.sqlite', 'a.sqlite3', 'a.db']) expect(ofExport(file)).toBe('optuna')
  })

  it('is what is asked for, unless the ending says something else', async () => {
    expect(ofExport('a.csv', 'metrics-csv')).toBe('metrics-csv')
    expect(ofExport('a.json', 'hyperopt')).toBe('hyperopt')
    expect(ofExport('logs.2', 'tensorboard')).toBe('tensorboard')
    for (const format of exportFormats) expect(ofExport('a.txt', format)).toBe(format)
    expect(await ruleOf(() => ofExport('a.json', 'csv'))).toBe(
      'FILE "a.json": a file of format csv must end in .csv',
    )
    expect(await ruleOf(() => ofExport('a.txt'))).toMatch(/must end in \.csv, \.json, \.sqlite/)
  })
})
