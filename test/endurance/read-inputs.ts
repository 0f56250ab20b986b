import { closeSync, mkdirSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { isAppError } from '../../src-main/contract/errors.ts'
import { createRandomStream } from '../../src-main/math/random/stream.ts'
import { corpusOf, foundBefore } from './corpus.ts'
import { mutate } from './mutate.ts'
import { readers } from './readers.ts'

/**
 * A process that gives hostile inputs to one reader: `READER SEED FROM UNTIL MINUTES FOLDER`. It writes the number of each input to
 * the file `number` before it is read, so that what kills this process is known; other faults are lines of its output.
 */
const [, , reader = '', seed = '1', from = '0', until = '0', minutes = '1', folder = '.'] =
  process.argv

/** CPU time of one input beyond which a reader has no budget. */
const MAX_CPU_MS = 5_000
/** Different faults after which there is no use in going on. */
const MAX_FAULTS = 20

const read = readers[reader]
if (read === undefined) throw new Error(`no reader ${reader}`)
const place = path.join(folder, 'file')
const corpus = await corpusOf(reader)
const known = new Set<string>()
const sums = { tried: 0, refused: 0, read: 0 }

async function tryOut(content: Buffer, name: string): Promise<void> {
  const before = process.cpuUsage()
  let fault: string | null = null
  try {
    await read?.(content, place)
    sums.read++
  } catch (error) {
    if (isAppError(error) && error.code !== 'internal') sums.refused++
    else fault = error instanceof Error ? (error.stack ?? error.message) : String(error)
  }
  sums.tried++
  const { user, system } = process.cpuUsage(before)
  const cpuMs = (user + system) / 1_000
  if (cpuMs > MAX_CPU_MS) fault ??= `took ${Math.round(cpuMs)} ms of CPU`
  if (fault === null) return
  const kind = fault.split('\n').slice(0, 3).join('\n').replace(/\d+/g, '#')
  if (known.has(kind)) return
  known.add(kind)
  const file = path.join(folder, `${reader}-${seed}-${name}`)
  writeFileSync(file, content)
  console.log(JSON.stringify({ fault, file }))
}

mkdirSync(folder, { recursive: true })
const numberFile = openSync(path.join(folder, 'number'), 'w')
const untilMs = performance.now() + Number(minutes) * 60_000
if (from === '0') {
  for (const [index, content] of foundBefore(reader).entries()) {
    await tryOut(content, `found-${index}`)
  }
}
let number = Number(from)
for (; number < Number(until) && known.size < MAX_FAULTS; number++) {
  if (number % 64 === 0 && performance.now() > untilMs) break
  writeSync(numberFile, String(number).padEnd(16), 0)
  const random = createRandomStream({
    ...{ seed: Number(seed), number },
    purpose: `hostile input of ${reader}`,
  })
  await tryOut(mutate(corpus, random), String(number))
}
closeSync(numberFile)
rmSync(place, { recursive: true, force: true })
const peakMegabytes = process.resourceUsage().maxRSS / 1_024
console.log(JSON.stringify({ ...sums, next: number, peakMegabytes }))
