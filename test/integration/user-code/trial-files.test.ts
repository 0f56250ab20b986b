import process from 'node:process'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { deflateSync } from 'node:zlib'
import { encode } from 'fast-png'
import { describe, expect, it } from 'vitest'
import { pngBytes } from '../../helpers/hostile/hostile-folders.ts'
import { msg } from '../../../src-main/core/errors/message.ts'
import type { StudySpecificationInput } from '../../../src-main/core/study/study-specification.ts'
import { openStudyStore } from '../../../src-main/platform/storage/sqlite-study-store.ts'
import { listFiles } from '../../../src-main/analysis/summary/list-files.ts'
import { runTunewright } from '../../helpers/run-tunewright.ts'
import { noRemarks, remarksLimitMessage } from '../../../src-main/core/trial/trial-files.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'
import { isSkipped } from '../../helpers/skipped-on-windows.ts'
import { UserCodeBench } from '../../helpers/user-code-study.ts'

/** Files, notes and attributes that a program leaves with its trials. */
const scratch = useScratchFolders()

function pngOf(width: number, height: number): Uint8Array {
  const data = new Uint8Array(width * height * 3).map((_, at) => (at * 7) % 256)
  return encode({ width, height, channels: 3, data })
}

/** Of one second of a tone. */
function wavOf(): Buffer {
  const samples = Buffer.alloc(16_000)
  for (let at = 0; at < 8_000; at++)
    samples.writeInt16LE(Math.round(9_000 * Math.sin(at / 3)), at * 2)
  const head = Buffer.alloc(44)
  head.write('RIFF', 0)
  head.writeUInt32LE(36 + samples.length, 4)
  head.write('WAVEfmt ', 8)
  head.writeUInt32LE(16, 16)
  head.writeUInt16LE(1, 20)
  head.writeUInt16LE(1, 22)
  head.writeUInt32LE(8_000, 24)
  head.writeUInt32LE(16_000, 28)
  head.writeUInt16LE(2, 32)
  head.writeUInt16LE(16, 34)
  head.write('data', 36)
  head.writeUInt32LE(samples.length, 40)
  return Buffer.concat([head, samples])
}

/** Before each program of Node. */
const before = `
const fs = require('node:fs')
const { TUNEWRIGHT_ARTIFACTS: folder, TUNEWRIGHT_PARAM_x: x } = process.env
const say = line => console.log(JSON.stringify(line))
`

/** @param script of Node, which begins with the folder for files as `folder`; or of `sh` */
async function tune(
  script: string,
  changes: Partial<StudySpecificationInput> = {},
  language: 'node' | 'sh' = 'node',
  otherFiles: Readonly<Record<string, Uint8Array>> = {},
) {
  const bench = new UserCodeBench(scratch())
  const isNode = language === 'node'
  bench.write('train', isNode ? before + script : script)
  const id = await bench.create({
    name: 'pictures',
    objective: { command: [isNode ? process.execPath : 'sh', 'train'], graceSeconds: 1 },
    goals: [{ metric: 'loss', direction: 'minimize' }],
    space: { x: { float: [0, 1] } },
    sampler: { name: 'random' },
    stop: { trials: 1 },
    ...changes,
  })
  const { folder } = bench
  for (const [name, bytes] of Object.entries({
    'a.png': pngOf(600, 300),
    'small.png': pngOf(8, 8),
    'tone.wav': wavOf(),
    ...otherFiles,
  })) {
    bench.write(name, '')
    const { writeFileSync } = await import('node:fs')
    writeFileSync(path.join(folder, name), bytes)
  }
  await bench.run(id)
  const reader = openStudyStore(bench.workspace.databasePath, { readOnly: true })
  try {
    const { trials, artifacts } = reader.snapshot(id)
    const store = path.join(bench.workspace.artifactDirectory(id), 'files')
    return {
      bench,
      id,
      trials,
      artifacts,
      store,
      files: listFiles(artifacts),
      remarks: reader.remarks(id),
      stored: existsSync(store) ? readdirSync(store) : [],
    }
  } finally {
    reader.close()
  }
}

describe('a program that shows what it made', () => {
  it('leaves files in a folder and by lines, with steps, notes and attributes', async () => {
    const { bench, id, trials, files, remarks, stored, store } = await tune(`
      fs.mkdirSync(folder + '/step-2/deep', { recursive: true })
      fs.copyFileSync('a.png', folder + '/a.png')
      fs.copyFileSync('a.png', folder + '/step-2/a.png')
      fs.copyFileSync('small.png', folder + '/step-2/deep/b.png')
      fs.writeFileSync(folder + '/t.csv', 'x,y\\n1,2\\n')
      say({ artifact: 'tone.wav', step: 1 })
      say({ artifact: 'train', name: 'program.txt' })
      say({ artifact: 'nothing.png' })
      say({ artifact: 'a.png', name: '../a.png' })
      say({ note: 'looks good' })
      say({ attributes: { revision: 'abc', parts: [1, 2] } })
      say({ loss: 1 })
    `)
    expect(trials[0]).toMatchObject({ state: 'complete', values: [1] })
    const rows = files.map(({ step, name, media, bytes }) => ({ step, name, bytes, ...media }))
    expect(rows).toEqual([
      {
        step: null,
        name: 'a.png',
        bytes: expect.any(Number),
        type: 'image',
        width: 600,
        height: 300,
      },
      { step: 2, name: 'a.png', bytes: expect.any(Number), type: 'image', width: 600, height: 300 },
      {
        step: 2,
        name: 'deep/b.png',
        bytes: expect.any(Number),
        type: 'image',
        width: 8,
        height: 8,
      },
      { step: null, name: 'program.txt', bytes: expect.any(Number), type: 'text' },
      { step: null, name: 't.csv', bytes: 8, type: 'table' },
      { step: 1, name: 'tone.wav', bytes: 16_044, type: 'audio', seconds: 1 },
    ])
    // Named by their content, so that the same picture lies there once.
    expect(files[0]?.path).toBe(files[1]?.path)
    expect(stored).toHaveLength(7)
    const preview = readFileSync(files[0]?.previewPath ?? '')
    expect(preview.subarray(0, 3).toString('hex')).toBe('ffd8ff')
    expect(preview.length).toBeLessThan(40_000)
    expect(remarks.get(0)).toEqual({
      notes: ['looks good'],
      attributes: { revision: 'abc', parts: [1, 2] },
      leftOut: [
        { name: 'nothing.png', bytes: 0, reason: expect.objectContaining({ code: 'verbatim' }) },
        { name: '../a.png', bytes: 0, reason: msg('rule.artifacts.ownName') },
      ],
    })
    const trial = bench.workspace.artifactDirectory(id, 0)
    expect(readdirSync(trial).filter(name => !name.startsWith('attempt'))).toEqual(['checkpoints'])
    expect(store).toContain('-artifacts')
    const out = path.join(bench.folder, 'out')
    const { databasePath } = bench.workspace
    const done = await runTunewright(
      ['--db', databasePath, 'files', 'pictures', '-o', out],
      bench.folder,
    )
    expect(done.stdout).toContain('looks good')
    const page = path.join(bench.folder, 'report.html')
    await runTunewright(['--db', databasePath, 'report', 'pictures', '-o', page], bench.folder)
    const part =
      /<section id="artifacts".*?<\/section>/s.exec(readFileSync(page, 'utf8'))?.[0] ?? ''
    const inlined = [...part.matchAll(/src="data:image\/jpeg;base64,([^"]+)"/g)]
    expect(inlined.length).toBeGreaterThan(0)
    for (const [, bytes = ''] of inlined)
      expect(Buffer.from(bytes, 'base64').subarray(0, 2).toString('hex')).toBe('ffd8')
    expect(readFileSync(path.join(out, '0/step-2/a.png'))).toEqual(
      readFileSync(path.join(bench.folder, 'a.png')),
    )
  })

  it.skipIf(isSkipped('shell'))('is harmed by nothing that lies there', async () => {
    const bombs = {
      // Four pixels by its header, a hundred megabytes by its content; and many more by its header than anything decodes.
      'bomb.png': pngBytes({ pixels: deflateSync(Buffer.alloc(100_000_000)) }),
      'vast.png': pngBytes({ width: 100_000, height: 100_000 }),
    }
    const { files, remarks, stored, trials } = await tune(
      `
      cd "$TUNEWRIGHT_ARTIFACTS"
      cp "$OLDPWD/bomb.png" "$OLDPWD/vast.png" .
      truncate -s 4G huge.png
      printf '<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>' > script.png
      printf '<script>1</script>' > page.html
      head -c 2000 "$OLDPWD/a.png" > cut.png
      ln -s /etc/passwd link.txt
      mkfifo pipe
      printf 'x' > "$(printf 'line\\nfeed')"
      i=0; while [ $i -lt 1010 ]; do printf '%s' $i > zz-$i; i=$((i+1)); done
      echo '{"loss": 1}'
    `,
      { artifacts: { megabytes: 5 } },
      'sh',
      bombs,
    )
    expect(trials[0]?.state).toBe('complete')
    const types = Object.fromEntries(files.map(({ name, media }) => [name, media.type]))
    expect(types).toMatchObject({
      'script.png': 'text',
      'page.html': 'text',
      'cut.png': 'other',
      'bomb.png': 'other',
      'vast.png': 'other',
    })
    expect(Object.keys(types)).toHaveLength(1_000)
    expect(stored.filter(name => !/\.(txt|bin)$/.test(name))).toEqual([])
    const reasons = new Map(remarks.get(0)?.leftOut.map(({ name, reason }) => [name, reason.code]))
    expect(reasons.get('huge.png')).toBe('rule.artifacts.room')
    expect(reasons.get('link.txt')).toBe('rule.artifacts.noFile')
    expect(reasons.get('pipe')).toBe('rule.artifacts.noFile')
    expect(reasons.get('line\nfeed')).toBe('rule.artifacts.name')
    expect([...reasons.values()]).toContain('rule.artifacts.count')
  })

  it('keeps the files of the best trials within its room', async () => {
    const script = `
      fs.writeFileSync(folder + '/noise', require('node:crypto').randomBytes(400_000))
      say({ loss: Number(x) })
    `
    const stop = { trials: 4 }
    const { trials, files, remarks, stored } = await tune(script, {
      stop,
      artifacts: { megabytes: 1 },
    })
    const best = trials.toSorted((a, b) => (a.values[0] ?? 0) - (b.values[0] ?? 0))
    const bestNumbers = best.slice(0, 2).map(({ number }) => number)
    expect(files.map(({ trialNumber }) => trialNumber)).toEqual(bestNumbers.sort((a, b) => a - b))
    expect(stored).toHaveLength(2)
    expect(remarks.get(best[3]?.number ?? 0)?.leftOut).toEqual([
      { name: '', bytes: 400_000, reason: msg('rule.artifacts.room', { megabytes: 1 }) },
    ])
    const single = await tune(script, { stop: { trials: 2 }, artifacts: { keep: 1 } })
    expect(single.files).toHaveLength(1)
    expect(single.stored).toHaveLength(1)
    expect(statSync(single.files[0]?.path ?? '').size).toBe(400_000)
  })

  it('keeps so many notes and no more, and says so', async () => {
    const { remarks } = await tune(`
      for (let note = 0; note < 1_200; note++) say({ note: String(note) })
      say({ artifact: 'none.png' })
    `)
    const { notes, leftOut } = remarks.get(0) ?? noRemarks
    expect([notes.length, notes.at(-1)]).toEqual([1_000, '999'])
    expect(leftOut.map(({ name }) => name).sort()).toEqual(['', 'none.png'])
    expect(leftOut.find(({ name }) => name === '')?.reason).toEqual(remarksLimitMessage())
    const long = await tune(`
      for (let note = 0; note < 400; note++) say({ note: note + 'x'.repeat(3_900) })
    `)
    expect(long.remarks.get(0)?.notes.length).toBeLessThan(260)
    expect(long.remarks.get(0)?.leftOut).toEqual([
      { name: '', bytes: 0, reason: remarksLimitMessage() },
    ])
  })

  it('says what it made also where it fails', async () => {
    const { trials, files, remarks } = await tune(`
      fs.copyFileSync('a.png', folder + '/a.png')
      say({ note: 'on its way' })
      process.exitCode = 3
    `)
    expect(trials[0]?.state).toBe('failed')
    expect(files).toHaveLength(1)
    expect(remarks.get(0)?.notes).toEqual(['on its way'])
  })

  it('are left by a module, too', async () => {
    const bench = new UserCodeBench(scratch())
    bench.write('drawn.txt', 'a drawing')
    bench.write(
      'train.ts',
      `export async function train(trial) {
        await trial.artifact('drawn.txt', { step: 2 })
        await trial.artifact('missing.txt')
        await trial.note('drawn by hand')
        await trial.attribute('revision', 7)
        return { loss: trial.parameters.x }
      }`,
    )
    const id = await bench.create({
      name: 'drawings',
      objective: { module: 'train.ts' },
      goals: [{ metric: 'loss', direction: 'minimize' }],
      space: { x: { float: [0, 1] } },
      stop: { trials: 1 },
    })
    await bench.run(id)
    const store = openStudyStore(bench.workspace.databasePath, { readOnly: true })
    const [file] = listFiles(store.artifacts(id))
    expect(file).toMatchObject({ step: 2, name: 'drawn.txt', media: { type: 'text' } })
    expect(store.remarks(id).get(0)).toMatchObject({
      notes: ['drawn by hand'],
      attributes: { revision: 7 },
      leftOut: [{ name: 'missing.txt' }],
    })
    store.close()
  })
})
