import { spawnSync } from 'node:child_process'
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { decode } from 'fast-png'
import yauzl, { type Entry } from 'yauzl'
import { errorMessage } from '../../../src-main/core/errors/errors.ts'
import { createTranslate } from '../../../src-main/core/i18n/translate.ts'
import { buildReport } from '../../../src-main/features/reports/node/build-report.ts'
import { findBrowser } from '../../../src-main/features/reports/node/find-browser.ts'
import { paintPng, requireGlyphs } from '../../../src-main/features/reports/node/paint-png.ts'
import { printPdf } from '../../../src-main/features/reports/node/print-page.ts'
import { buildZip } from '../../../src-main/features/reports/node/zip.ts'
import { catchAppError } from '../../helpers/catch-error.ts'
import { findChromium } from '../../helpers/chromium.ts'
import { buildSampleSnapshot, sampleSnapshot } from '../../helpers/sample-snapshot.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

const newFolder = useScratchFolders()
afterEach(() => {
  vi.unstubAllEnvs()
})
const options = { language: 'en', generatedAtMs: Date.UTC(2026, 10, 25), version: '0.1.0' } as const

/** Names and texts, checked against their checksums by another reader. */
async function unzip(archive: Buffer): Promise<Record<string, string>> {
  const files = await unzipBytes(archive)
  return Object.fromEntries(
    Object.entries(files).map(([name, bytes]) => [name, bytes.toString('utf8')]),
  )
}

async function unzipBytes(archive: Buffer): Promise<Record<string, Buffer>> {
  const files: Record<string, Buffer> = {}
  return new Promise((resolve, reject) => {
    yauzl.fromBuffer(archive, { lazyEntries: true }, (broken, file) => {
      if (broken !== null) {
        reject(broken)
        return
      }
      file.on('end', () => {
        resolve(files)
      })
      file.on('error', reject)
      file.on('entry', (entry: Entry) => {
        file.openReadStream(entry, (unreadable, stream) => {
          if (unreadable !== null) {
            reject(unreadable)
            return
          }
          const parts: Buffer[] = []
          stream.on('data', (part: Buffer) => parts.push(part))
          stream.on('error', reject)
          stream.on('end', () => {
            const bytes = Buffer.concat(parts)
            if (crc32(bytes) !== entry.crc32) reject(new Error(`${entry.fileName}: wrong checksum`))
            files[entry.fileName] = bytes
            file.readEntry()
          })
        })
      })
      file.readEntry()
    })
  })
}

describe('a ZIP archive', () => {
  it('is read by another program as it was written', async () => {
    const files = new Map<string, string | Buffer>([
      ['a.txt', 'text 调参'],
      ['名称.csv', ''],
      ['folder/b.bin', Buffer.alloc(100_000, 7)],
    ])
    const archive = await buildZip(files)
    expect((await buildZip(files)).equals(archive)).toBe(true)
    const read = await unzip(archive)
    expect(Object.keys(read)).toEqual([...files.keys()])
    expect(read['a.txt']).toBe('text 调参')
    expect(read['folder/b.bin']).toHaveLength(100_000)
  })
})

describe('the CSV bundle', () => {
  it('holds trials, metrics, events, importance and the study file', async () => {
    const snapshot = buildSampleSnapshot({ trials: 40 })
    const { content, ending } = await buildReport(snapshot, 'csv', options)
    expect(ending).toBe('csv.zip')
    const files = await unzip(content as Buffer)
    expect(Object.keys(files)).toEqual([
      'trials.csv',
      'metrics.csv',
      'events.csv',
      'importance.csv',
      'study.yaml',
    ])
    expect(files['trials.csv']?.trim().split('\r\n')).toHaveLength(41)
    expect(files['events.csv']?.trim().split('\r\n')).toHaveLength(snapshot.events.length + 1)
    const shares =
      files['importance.csv']
        ?.trim()
        .split('\r\n')
        .slice(1)
        .map(row => Number(row.split(',')[2])) ?? []
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9)
  })
})

describe('a browser that prints', () => {
  it('is the one that is named, and its absence says what to do', async () => {
    const named = { TUNEWRIGHT_BROWSER: process.execPath, PATH: '' }
    expect(findBrowser(named)).toBe(process.execPath)
    const missing = await catchAppError(() => findBrowser({ TUNEWRIGHT_BROWSER: '/no/browser' }))
    expect(missing.code).toBe('file.notFound')
  })

  // Node throws for these at once, and tells of others later.
  it('says so where it is no program', async () => {
    const browser = join(newFolder(), 'browser.exe')
    writeFileSync(browser, 'text', { mode: 0o755 })
    // Linux starts nothing that somebody writes.
    const writing = openSync(browser, 'r+')
    vi.stubEnv('TUNEWRIGHT_BROWSER', browser)
    const error = await catchAppError(async () => printPdf('<p>text</p>'))
    closeSync(writing)
    expect(error).toMatchObject({ code: 'child.gone', detail: { child: 'browser.exe' } })
  })

  // Elsewhere a browser may stand in its usual place, which no variable hides.
  it.runIf(process.platform === 'linux')(
    'is asked for by name where there is none, and figures do without',
    async () => {
      vi.stubEnv('PATH', newFolder())
      vi.stubEnv('TUNEWRIGHT_BROWSER', '')
      const snapshot = buildSampleSnapshot({ trials: 20 })
      const error = await catchAppError(async () => buildReport(snapshot, 'pdf', options))
      expect(error.code).toBe('browser.missing')
      expect(error.isInput).toBe(true)
      for (const language of ['en', 'zh-CN'] as const) {
        const text = createTranslate(language).format(errorMessage(error))
        for (const word of ['PDF', 'Chromium', 'TUNEWRIGHT_BROWSER']) expect(text).toContain(word)
      }
      const { content, ending } = await buildReport(snapshot, 'svg', options)
      expect(ending).toBe('svg.zip')
      const names = Object.keys(await unzip(content as Buffer))
      expect(names).toContain('history-1.svg')
      expect(names.filter(name => !name.endsWith('.svg'))).toEqual(['captions.txt'])
    },
  )
})

describe.skipIf(findChromium() === null)('a PDF report', () => {
  it('is printed by the installed browser, Chinese included', async () => {
    const snapshot = buildSampleSnapshot({ name: '调参-study', trials: 12, epochs: 5 })
    const sections = ['verdict', 'best', 'importance', 'writeup', 'limits'] as const
    const { content } = await buildReport(snapshot, 'pdf', {
      ...options,
      language: 'zh-CN',
      sections,
    })
    const pdf = content as Buffer
    expect(pdf.subarray(0, 5).toString('latin1')).toBe('%PDF-')
    expect(pdf.subarray(-16).toString('latin1')).toContain('%%EOF')
    expect(pdf.toString('latin1').match(/\/Type \/Page\b/g)?.length).toBeGreaterThan(0)
    const file = join(newFolder(), 'report.pdf')
    writeFileSync(file, pdf)
    const read = spawnSync('pdftotext', [file, '-'], { encoding: 'utf8' })
    // Where poppler is installed, the words are read back from the pages.
    if (read.error === undefined)
      expect(read.stdout).toMatch(/调参-study[\s\S]*研究报告|研究报告[\s\S]*调参-study/)
  })
})

describe('figures', () => {
  it('are SVG and PNG, each PNG twice the size of its drawing', { timeout: 120_000 }, async () => {
    const snapshot = buildSampleSnapshot({ trials: 20 })
    const chosen = { ...options, sections: ['history'] as const }
    const { content, ending } = await buildReport(snapshot, 'figures', chosen)
    // Another name than that of the archive of drawings alone: neither replaces the other.
    expect(ending).toBe('figures.zip')
    const files = await unzipBytes(content as Buffer)
    expect(Object.keys(files)).toEqual(['history-1.svg', 'history-1.png', 'captions.txt'])
    const [, width, height] =
      /width="([\d.]+)" height="([\d.]+)"/.exec(files['history-1.svg']?.toString('utf8') ?? '') ??
      []
    const painted = decode(files['history-1.png'] ?? Buffer.alloc(0))
    expect([painted.width, painted.height]).toEqual([
      2 * Math.ceil(Number(width)),
      2 * Math.ceil(Number(height)),
    ])
    // Something is drawn on it: lines and texts are not white.
    expect(new Set(painted.data).size).toBeGreaterThan(20)
    // Lines have their colors: no program but a browser knows variables of style sheets.
    expect(files['history-1.svg']?.toString('utf8')).not.toMatch(/(fill|stroke):var/)
  })

  const drawing = (text: string): string =>
    `<svg xmlns="http://www.w3.org/2000/svg" width="90" height="20"><text y="15">${text}</text></svg>`
  const hasChinese = spawnSync('fc-list', [':lang=zh'], { encoding: 'utf8' }).stdout !== ''
  if (!hasChinese)
    console.warn('formats.test.ts: no font with Chinese, figures are not painted in it')

  it.runIf(hasChinese)('are painted in Chinese where a font has it', { timeout: 120_000 }, () => {
    requireGlyphs([drawing('验证准确率 ↑ validation')])
    const [first, other] = ['验', '证'].map(text => decode(paintPng(drawing(text))).data)
    expect(first).not.toEqual(other)
  })

  it('name the characters that no font has', { timeout: 120_000 }, async () => {
    const error = await catchAppError(() => {
      requireGlyphs([drawing('a&lt;b'), drawing('\u{10FFFD}')])
    })
    expect(error).toMatchObject({ code: 'font.missing', detail: { characters: '\u{10FFFD}' } })
  })
})

describe.skipIf(findChromium() === null)('a report of 1,000 trials', () => {
  it('is under 3 MB, as a page and on paper', { timeout: 240_000 }, async () => {
    const snapshot = buildSampleSnapshot({ name: 'large', trials: 1_000, epochs: 20 })
    const html = await buildReport(snapshot, 'html', options)
    expect(Buffer.byteLength(html.content)).toBeLessThan(3_000_000)
    const pdf = await buildReport(snapshot, 'pdf', options)
    expect(Buffer.byteLength(pdf.content)).toBeLessThan(3_000_000)
  })
})

const isInstalled = (program: string): boolean =>
  spawnSync(program, ['--version']).error === undefined
const compiled = [
  ...(['conditional', 'twoGoals', 'notANumber', 'empty', 'hostile'] as const).map(
    name => ['xelatex', name, 'zh-CN'] as const,
  ),
  ...(['conditional', 'twoGoals', 'notANumber', 'empty', 'hostile'] as const).map(
    name => ['pdflatex', name, 'en'] as const,
  ),
  ['xelatex', 'conditional', 'en'] as const,
  // Names in Chinese in a report in English.
  ['xelatex', 'longNames', 'en'] as const,
]
for (const program of ['pdflatex', 'xelatex']) {
  if (!isInstalled(program))
    console.warn(`formats.test.ts: no ${program} on PATH, LaTeX is not compiled with it`)
}

describe('a LaTeX report', () => {
  for (const [program, name, language] of compiled) {
    it.runIf(isInstalled(program))(
      `compiles with ${program}: ${name}, ${language}`,
      { timeout: 120_000 },
      async () => {
        const { content } = await buildReport(sampleSnapshot(name), 'latex', {
          ...options,
          language,
        })
        const folder = newFolder()
        writeFileSync(join(folder, 'report.tex'), content)
        const flags = ['-interaction=nonstopmode', '-halt-on-error', 'report.tex']
        const { status, stdout } = spawnSync(program, flags, { cwd: folder, encoding: 'utf8' })
        expect([status, stdout.match(/^! .*/m)?.[0]]).toEqual([0, undefined])
        expect(stdout).toMatch(/Output written on report\.pdf \(\d+ pages?/)
        // No character is silently left out.
        const log = readFileSync(join(folder, 'report.log'), 'utf8')
        expect(log.match(/^Missing character.*/m)?.[0]).toBeUndefined()
      },
    )
  }
})
