import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/**
 * `node bin/run.cjs bench/taskset/add-tasks.ts FROM JSON TO`: a folder of TaskSet tables with those of FROM and the tasks that lie in the folder JSON
 * as the repository releaunifreiburg/DyHPO has them (data/taskset; Apache-2.0), whose settings must be the same.
 */

interface Index {
  readonly params: readonly string[]
  readonly tasks: { readonly task: string; readonly configs: number; readonly steps: number }[]
}

/** Numbers beyond the range of doubles stand as Infinity, others as NaN: JSON knows neither. */
type Losses = { readonly loss: readonly number[] }
type Run = { readonly hp: Readonly<Record<string, number>> } & Readonly<
  Record<'train' | 'valid' | 'test', Losses>
>

const [from, json, to] = process.argv.slice(2) as [string, string, string]
const index = JSON.parse(readFileSync(path.join(from, 'index.json'), 'utf8')) as Index
const settings = readFileSync(path.join(from, 'configs.f64'))
mkdirSync(to, { recursive: true })
for (const name of readdirSync(from)) copyFileSync(path.join(from, name), path.join(to, name))

function parseRuns(file: string): Run[] {
  const text = readFileSync(file, 'utf8').replaceAll(/-?\b(?:NaN|Infinity)\b/gu, 'null')
  return JSON.parse(text) as Run[]
}

for (const file of readdirSync(json).filter(name => name.endsWith('.json'))) {
  const task = path.basename(file, '.json')
  if (index.tasks.some(entry => entry.task === task)) continue
  const runs = parseRuns(path.join(json, file))
  runs.forEach(({ hp }, row) =>
    index.params.forEach((name, column) => {
      const storedValue = settings.readDoubleLE(8 * (row * index.params.length + column))
      if (Math.abs(hp[name]! - storedValue) > 1e-12 * Math.abs(storedValue)) {
        throw new Error(`${task}, ${row}, ${name}: ${hp[name]} instead of ${storedValue}`)
      }
    }),
  )
  const steps = runs[0]!.valid.loss.length
  const curves = runs.flatMap(({ train, valid, test }) => [train.loss, valid.loss, test.loss])
  const values = Float32Array.from(curves.flat(), value => value ?? Number.NaN)
  writeFileSync(path.join(to, `${task}.f32`), values)
  index.tasks.push({ task, configs: runs.length, steps })
}
writeFileSync(path.join(to, 'index.json'), JSON.stringify(index))
