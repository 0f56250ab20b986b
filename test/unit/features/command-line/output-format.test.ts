import { describe, expect, it } from 'vitest'
import type { ErrorDetails } from '../../../../src-main/core/errors/errors.ts'
import { msg } from '../../../../src-main/core/errors/message.ts'
import { exportFormats, type ExportFormat } from '../../../../src-main/core/exporters/registry.ts'
import { reportFormats, type ReportFormat } from '../../../../src-main/core/questions/report.ts'
import { exportFiles } from '../../../../src-main/features/exports/cli/export-files.ts'
import {
  formatOfFile,
  reportFiles,
} from '../../../../src-main/features/command-line/output-format.ts'
import { catchAppError } from '../../../helpers/catch-error.ts'

const ofReport = (file: string, format?: ReportFormat) => formatOfFile(reportFiles, format, file)
const ofExport = (file: string, format?: ExportFormat) => formatOfFile(exportFiles, format, file)

/** The file and what is wrong with it. */
async function ruleOf(choose: () => unknown): Promise<unknown> {
  const { detail } = await catchAppError(choose)
  const { code, values } = (detail as ErrorDetails['usage.invalid']).reason
  expect(code).toBe('rule.argument')
  return values
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
    expect(await ruleOf(() => ofReport('a.zip'))).toEqual({
      name: '-o',
      text: '"a.zip"',
      rule: msg('rule.argument.severalFormats', { formats: ['csv', 'figures', 'svg'] }),
    })
    for (const file of ['a.docx', 'a', '.pdf', 'a.']) {
      expect(await ruleOf(() => ofReport(file))).toMatchObject({
        text: `"${file}"`,
        rule: msg('rule.argument.endingOrFormat', {
          endings: ['.html', '.htm', '.pdf', '.md', '.tex', '.zip', '.json'],
        }),
      })
    }
  })

  it('is refused where the ending says something else than --format', async () => {
    expect(await ruleOf(() => ofReport('a.pdf', 'html'))).toMatchObject({
      rule: msg('rule.argument.ending', { format: 'html', endings: ['.html', '.htm'] }),
    })
    expect(await ruleOf(() => ofReport('a.html', 'figures'))).toMatchObject({
      rule: msg('rule.argument.ending', { format: 'figures', endings: ['.zip'] }),
    })
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
    expect(await ruleOf(() => ofExport('a.json', 'csv'))).toEqual({
      name: 'FILE',
      text: '"a.json"',
      rule: msg('rule.argument.ending', { format: 'csv', endings: ['.csv'] }),
    })
    expect(await ruleOf(() => ofExport('a.txt'))).toMatchObject({
      rule: { code: 'rule.argument.endingOrFormat' },
    })
  })
})
