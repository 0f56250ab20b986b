/*
 * How well scripts are read: hyperparameters (precision and recall over all and by family), metric, and scale.
 *
 *   node bin/run.cjs bench/scripts.ts FOLDER LIST.json LABELS.json… [--all]
 *
 * FOLDER has one folder a script, named by its id; LIST names file and family of each; LABELS say what is right (docs/research/scripts-2026-12). The texts are not in the project.
 */
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { readScript } from '../src-main/interop/python-script/read-script.ts'
import { snakeCase } from '../src-main/interop/python-script/hyperparameter-knowledge.ts'
import { looksSecret } from '../src-main/platform/user-code/redact.ts'

interface Listed {
  readonly id: number
  readonly path: string
  readonly family: string
}

interface Label {
  readonly id: number
  readonly hyperparameters: readonly {
    readonly name: string
    readonly log: boolean | null
    readonly kind: string
  }[]
  readonly metric: { readonly name: string; readonly direction: string } | null
  readonly metric_also?: readonly string[]
  readonly arguable: readonly string[]
  readonly epochs: string | null
  readonly seed: string | null
}

const [folder = '', listFile = '', ...rest] = process.argv.slice(2)
const isVerbose = rest.includes('--all')
const read = <Value>(file: string): Value => JSON.parse(readFileSync(file, 'utf8')) as Value
const labels = rest
  .filter(word => !word.startsWith('--'))
  .flatMap(file => read<readonly Label[]>(file))
const list = read<readonly Listed[]>(listFile)

const wordOf = (name: string): string =>
  snakeCase(/^[\w.-]+/.exec(name.replace(/^-+/, ''))?.[0].split('.').at(-1) ?? '')
const familyOf: Readonly<Record<string, string>> = {
  argparse: 'argparse',
  dataclass: 'dataclasses',
  constants: 'constants',
  config: 'configs',
}

interface Counts {
  right: number
  wrong: number
  missed: number
}
const counts = new Map<string, Counts>()
const add = (family: string, right: number, wrong: number, missed: number): void => {
  for (const name of [family, 'all']) {
    const sum = counts.get(name) ?? { right: 0, wrong: 0, missed: 0 }
    counts.set(name, {
      right: sum.right + right,
      wrong: sum.wrong + wrong,
      missed: sum.missed + missed,
    })
  }
}

let metrics = 0
let logs = 0
let scales = 0
for (const label of labels) {
  const entry = list.find(({ id }) => id === label.id)
  if (entry === undefined) continue
  const files = readdirSync(path.join(folder, String(label.id)), { withFileTypes: true })
    .filter(item => item.isFile())
    .map(({ name }) => name)
  const script = path.basename(entry.path)
  const texts = Object.fromEntries(
    files.map(file => [file, readFileSync(path.join(folder, String(label.id), file), 'utf8')]),
  )
  const { [script]: text = '', ...configs } = texts
  const description = readScript({ script: text, configs }, looksSecret)
  const proposed = description.settings.filter(({ role }) => role === 'hyperparameter')
  const expected = new Map(
    label.hyperparameters.map(labelled => [
      wordOf(
        labelled.name.endsWith('.type') ? labelled.name.replace('.type', '_type') : labelled.name,
      ),
      labelled,
    ]),
  )
  const arguable = new Set(label.arguable.map(wordOf))
  const names = new Set(
    proposed.map(({ name, location }) =>
      name === 'type'
        ? snakeCase((location.split(': ').at(-1) ?? '').split('.').slice(-2).join('_')).replace(
            /^.*_json_/,
            '',
          )
        : wordOf(name),
    ),
  )
  const right = [...expected.keys()].filter(name => names.has(name))
  const missed = [...expected.keys()].filter(name => !names.has(name))
  const wrong = [...names].filter(name => !expected.has(name) && !arguable.has(name))
  for (const { name, range } of proposed) {
    const wanted = expected.get(wordOf(name))?.log
    if (typeof wanted !== 'boolean' || range === null || range.kind === 'choice') continue
    logs += 1
    if (range.log === wanted) scales += 1
  }
  add(familyOf[entry.family] ?? entry.family, right.length, wrong.length, missed.length)
  const { metric } = description
  const near = (name: string): string => name.toLowerCase().replaceAll(/[^a-z\d]/g, '')
  const accepted = [label.metric?.name, ...(label.metric_also ?? [])]
    .filter(name => name !== undefined)
    .map(near)
  const isRight =
    label.metric === null
      ? true
      : metric !== null &&
        accepted.includes(near(metric.name)) &&
        (near(metric.name) !== near(label.metric.name) ||
          metric.direction === label.metric.direction)
  if (isRight) metrics += 1
  if (isVerbose || wrong.length > 0 || missed.length > 0 || !isRight) {
    process.stdout.write(
      `${label.id} ${entry.family} ${entry.path}: wrong ${wrong.join(' ') || '–'}; missed ${missed.join(' ') || '–'}` +
        (isRight
          ? '\n'
          : `; metric ${metric?.name ?? '–'} (line ${metric?.line ?? 0}), expected ${label.metric?.name ?? '–'}\n`),
    )
  }
}
const share = (part: number, whole: number): string =>
  whole === 0 ? '–' : (part / whole).toFixed(3)
for (const [family, { right, wrong, missed }] of counts)
  process.stdout.write(
    `${family}: precision ${share(right, right + wrong)}, recall ${share(right, right + missed)} (${right} right, ${wrong} wrong, ${missed} missed)\n`,
  )
process.stdout.write(
  `metric and direction: ${metrics} of ${labels.length}; scale: ${scales} of ${logs}\n`,
)
