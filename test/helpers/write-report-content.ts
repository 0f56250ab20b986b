import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { buffer } from 'node:stream/consumers'
import { Window } from 'happy-dom'
import { fromBuffer, type Entry, type ZipFile } from 'yauzl'
import { languages } from '../../src-main/core/i18n/language.ts'
import { buildReport } from '../../src-main/features/reports/node/build-report.ts'
import { reportStudies } from './report-studies.ts'

/**
 * Writes down what reports of small made-up studies say, in every format and language, in order: headings, paragraphs, cells, items,
 * code, and what is drawn. Two such folders, of two commits, are compared with `diff -r`.
 * `node bin/run.cjs test/helpers/write-report-content.ts FOLDER`
 */
const [, , target] = process.argv
if (target === undefined) throw new Error('usage: write-report-content.ts FOLDER')
mkdirSync(target, { recursive: true })
const options = { generatedAtMs: Date.UTC(2026, 10, 25, 9, 30), version: '0.1.0' }
for (const [name, build] of Object.entries(reportStudies)) {
  const { snapshot, errors } = build()
  for (const language of languages) {
    const ask = { ...options, language, ...(errors === undefined ? {} : { errors }) }
    const write = (kind: string, text: string): void => {
      writeFileSync(path.join(target, `${name}.${language}.${kind}`), text)
    }
    for (const format of ['html', 'print'] as const) {
      const { content } = await buildReport(snapshot, format, ask)
      write(`${format}.txt`, contentOf(String(content)))
    }
    for (const format of ['markdown', 'latex', 'json'] as const) {
      const { content, figures = new Map<string, string>() } = await buildReport(
        snapshot,
        format,
        ask,
      )
      write(format, String(content))
      if (figures.size > 0) write(`${format}.figures`, drawings(figures))
    }
    const archive = await buildReport(snapshot, 'svg', ask)
    write('svg.figures', drawings(await filesOf(Buffer.from(archive.content))))
  }
}

/** The text of each element that holds text by itself, in order; drawings by their texts and a hash of their paths. */
function contentOf(page: string): string {
  const { document } = new Window()
  document.write(page)
  const lines: string[] = []
  const textTags = [
    'TITLE',
    'H1',
    'H2',
    'H3',
    'P',
    'LI',
    'DT',
    'DD',
    'TH',
    'TD',
    'FIGCAPTION',
    'SUMMARY',
  ]
  const plain = (text: string): string => text.replaceAll(/\s+/gu, ' ').trim()
  const walk = (element: Element): void => {
    const tag = element.tagName.toUpperCase()
    if (tag === 'STYLE') return
    if (tag === 'PRE') lines.push(`PRE ${element.textContent}`)
    else if (tag === 'IMG') lines.push(`IMG ${element.getAttribute('alt')}`)
    else if (tag === 'SVG') lines.push(drawingLine(element.outerHTML))
    else {
      if (textTags.includes(tag)) lines.push(`${tag} ${plain(element.textContent)}`)
      for (const child of element.children) walk(child)
    }
  }
  walk(document.documentElement as unknown as Element)
  return `${lines.join('\n')}\n`
}

/** What a drawing says, and a hash of how it looks. */
function drawingLine(svg: string): string {
  const label = /aria-label="([^"]*)"/.exec(svg)?.[1] ?? ''
  const texts = [...svg.matchAll(/>([^<>]+)</g)].map(([, text = '']) => text.trim())
  const shapes = [...svg.matchAll(/ (?:d|x|y|width|height|class|fill)="([^"]*)"/g)].map(
    ([, shape]) => shape,
  )
  const hash = createHash('sha256').update(shapes.join(' ').replaceAll(/\s+/gu, ' ')).digest('hex')
  return `SVG ${label} | ${texts.filter(text => text !== '').join(' | ')} | ${hash.slice(0, 12)}`
}

function drawings(files: ReadonlyMap<string, string>): string {
  const lines = [...files].map(
    ([name, text]) =>
      `${name}: ${name.endsWith('.svg') ? drawingLine(text.replace(/<style>.*?<\/style>/su, '')) : text}`,
  )
  return `${lines.join('\n')}\n`
}

async function filesOf(zip: Buffer): Promise<Map<string, string>> {
  const archive = await new Promise<ZipFile>((resolve, reject) => {
    fromBuffer(zip, { lazyEntries: true }, (error, file) => {
      if (error === null) resolve(file)
      else reject(error)
    })
  })
  const files = new Map<string, string>()
  return new Promise((resolve, reject) => {
    archive.on('entry', (entry: Entry) => {
      archive.openReadStream(entry, (error, stream) => {
        if (error !== null) {
          reject(error)
          return
        }
        void buffer(stream).then(content => {
          files.set(entry.fileName, content.toString())
          archive.readEntry()
        })
      })
    })
    archive.on('end', () => resolve(files))
    archive.readEntry()
  })
}
