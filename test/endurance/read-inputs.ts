import { closeSync, mkdirSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { isAppError } from '../../src-main/core/errors/errors.ts'
import type { RandomStream } from '../../src-main/math/random/random-stream.ts'
import { createRandomStream } from '../../src-main/math/random/stream.ts'
import { corpusOf, foundBefore } from './corpus.ts'
import { deepMutators } from './deep/deep-mutators.ts'
import { Guide } from './guide.ts'
import { mutate } from './mutate.ts'
import { bombsOf } from './reader-bombs.ts'
import { boundedReaders, readers } from './readers.ts'

/**
 * A process that gives hostile inputs to one reader: `READER SEED FROM UNTIL MINUTES MODE FOLDER`. It writes the number of each input to
 * the file `number`, and itself to `input`, before it is read, so that what kills this process is known; other faults are lines of its output.
 * In the mode `guided` inputs are changed within, where a mutator knows how, and those that run code of ours which none before has
 * run are changed further. In the mode `bombs` it gets what is made to take long, instead.
 */
const [
  ,
  ,
  reader = '',
  seed = '1',
  from = '0',
  until = '0',
  minutes = '1',
  mode = '',
  folder = '.',
] = process.argv

/** CPU time of one input beyond which a reader has no budget. */
const MAX_CPU_MS = 5_000
/** Different faults after which there is no use in going on. */
const MAX_FAULTS = 20
const MAX_POOL = 500
const MAX_POOL_BYTES = 500_000
/** Of inputs that a mutator could keep whole. */
const BROKEN_SHARE = 0.1
const MAX_DEEP_CHANGES = 3

const read = (mode === 'bombs' ? boundedReaders[reader] : undefined) ?? readers[reader]
if (read === undefined) throw new Error(`no reader ${reader}`)
const inputFile = path.join(folder, 'file')
const corpus = await corpusOf(reader)
const guide = mode === 'guided' ? new Guide() : null
const deep = guide === null ? undefined : deepMutators[reader]
/** Honest inputs, and those that got further. */
const pool = [...corpus]
const seenInputs = new Set<string>()
const sums = { tried: 0, refused: 0, read: 0 }

/** Most are changed within; the others may look like nothing at all. */
function nextInput(random: RandomStream): Buffer {
  if (deep === undefined || random.uniform() < BROKEN_SHARE) return mutate(pool, random)
  const from = random.uniform() < 0.5 ? corpus : pool
  let content = from[random.integer(from.length)] as Buffer
  const changes = random.uniform() < 0.6 ? 1 : MAX_DEEP_CHANGES
  for (let change = changes; change > 0; change--) {
    try {
      content = deep(content, random)
    } catch {
      // An input of the pool that is too damaged to be taken apart.
    }
  }
  return content
}

async function tryOut(content: Buffer, name: string): Promise<void> {
  const before = process.cpuUsage()
  let fault: string | null = null
  try {
    await read?.(content, inputFile)
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
  if (seenInputs.has(kind)) return
  seenInputs.add(kind)
  const file = path.join(folder, `${reader}-${seed}-${name}`)
  writeFileSync(file, content)
  console.log(JSON.stringify({ fault, file }))
}

mkdirSync(folder, { recursive: true })
const numberFile = openSync(path.join(folder, 'number'), 'w')
const untilMs = performance.now() + Number(minutes) * 60_000
if (mode === 'bombs') {
  for (const [index, [name, content]] of Object.entries(await bombsOf(reader)).entries()) {
    if (index < Number(from)) continue
    writeSync(numberFile, String(index).padEnd(16), 0)
    writeFileSync(path.join(folder, 'input'), content)
    await tryOut(content, name)
  }
} else if (from === '0') {
  for (const [index, content] of foundBefore(reader).entries()) {
    await tryOut(content, `found-${index}`)
  }
}
let number = Number(from)
for (; mode !== 'bombs' && number < Number(until) && seenInputs.size < MAX_FAULTS; number++) {
  if (number % 64 === 0 && performance.now() > untilMs) break
  writeSync(numberFile, String(number).padEnd(16), 0)
  const random = createRandomStream({
    seed: Number(seed),
    number,
    purpose: `hostile input of ${reader}`,
  })
  const content = nextInput(random)
  writeFileSync(path.join(folder, 'input'), content)
  await tryOut(content, String(number))
  if (guide?.foundMore() === true && content.length < MAX_POOL_BYTES) {
    if (pool.length < MAX_POOL) pool.push(content)
    else pool[random.integer(MAX_POOL)] = content
  }
}
closeSync(numberFile)
rmSync(inputFile, { recursive: true, force: true })
const peakMegabytes = process.resourceUsage().maxRSS / 1_024
console.log(JSON.stringify({ ...sums, next: number, peakMegabytes, blocks: guide?.blocks ?? 0 }))
