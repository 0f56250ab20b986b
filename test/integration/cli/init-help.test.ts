import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { runInHost } from '../../helpers/command-host.ts'
import { isSkipped } from '../../helpers/skipped-on-windows.ts'

const scratch = mkdtempSync(path.join(tmpdir(), 'tunewright-init-help-'))
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true, maxRetries: 20 })
})

const hasProgram = (name: string, ...words: string[]): boolean =>
  spawnSync(name, words, { stdio: 'ignore' }).status === 0

const shell = `#!/bin/sh
rate=0.1 units=8
echo "$*" >> calls.txt
usage() {
  cat <<END
Usage: train.sh [-r RATE] [-u N]

  -r RATE, --lr RATE         learning rate (default: 0.1)
  -u N, --hidden_units N     hidden units (default: 8)
  --nesterov                 the momentum of Nesterov
  --seed N                   seed
END
}
while [ $# -gt 0 ]; do
  case $1 in
    -h|--help) usage; exit 0;;
    -r|--lr) rate=$2; shift 2;;
    -u|--hidden_units) units=$2; shift 2;;
    --nesterov) shift;;
    *) echo "unknown option: $1" >&2; exit 2;;
  esac
done
echo "loss: $(awk -v r="$rate" -v u="$units" 'BEGIN { print (r - 0.03) ^ 2 + u / 1000 }')"
`

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(path.join(scratch, 'project-'))
})

function write(name: string, text: string, mode = 0o644): void {
  writeFileSync(path.join(folder, name), text)
  chmodSync(path.join(folder, name), mode)
}
const studyOf = (name: string) =>
  parse(readFileSync(path.join(folder, `${name}.study.yaml`), 'utf8')) as {
    readonly objective: { readonly command: readonly string[]; readonly directory?: string }
    readonly space: Readonly<Record<string, unknown>>
  }
const init = async (...words: string[]) => runInHost(['init', ...words], folder)

it('runs nothing without leave, and says what it would run', async () => {
  write('train.sh', `#!/bin/sh\ntouch ran\n${shell}`)
  const refused = await init('train.sh')
  expect(refused.exitCode).toBe(2)
  expect(refused.stderr).toContain('train.sh --help')
  expect(refused.stderr).toContain('--run-help')
  expect(existsSync(path.join(folder, 'ran'))).toBe(false)
})

it('refuses --run-help for Python scripts, which are read', async () => {
  write('train.py', 'LR = 0.1\n')
  const refused = await init('train.py', '--run-help')
  expect(refused.exitCode).toBe(2)
  expect(refused.stderr).toContain('leave --run-help out')
})

it('names an interpreter that is not there', async () => {
  write('train.lua', '')
  const refused = await runInHost(['init', 'train.lua', '--run-help'], folder, { PATH: folder })
  expect(refused.exitCode).toBe(2)
  expect(refused.stderr).toContain('lua cannot be started')
})

describe.skipIf(isSkipped('shell'))('a program', () => {
  it(
    'is run from init to five complete trials, with a switch that is there or not',
    { timeout: 60_000 },
    async () => {
      write('train.sh', shell)
      const made = await init('train.sh', '--run-help')
      expect(made.stderr).toBe('')
      const { objective, space } = studyOf('train')
      expect(objective.command).toEqual([
        '/bin/sh',
        'train.sh',
        '--lr',
        '{lr}',
        '--hidden_units',
        '{hidden_units}',
        '{nesterov?--nesterov}',
      ])
      expect(space).toEqual({
        lr: { float: [0.01, 1], log: true },
        hidden_units: { int: [2, 32], log: true },
        nesterov: { choice: [false, true] },
      })
      const file = path.join(folder, 'train.study.yaml')
      const text = readFileSync(file, 'utf8')
      writeFileSync(
        file,
        text
          .replace('val_loss: (?<val_loss>', 'loss: (?<loss>')
          .replace('goals: []', 'goals: [{ metric: loss, direction: minimize }]')
          .replace('trials: 50', 'trials: 5'),
      )
      const database = path.join(folder, 'study.sqlite')
      const trust = { XDG_DATA_HOME: path.join(folder, 'data') }
      const inDatabase = async (...words: string[]) =>
        runInHost(['--db', database, ...words], folder, trust)
      await inDatabase('trust', file, '--yes')
      const ran = await inDatabase('run', file)
      expect(ran.stderr).toBe('')
      expect(ran.stdout).toContain('5 trials done')
      expect(ran.stdout).toMatch(/loss: 0\.0/)
      const [, first, ...others] = readFileSync(path.join(folder, 'calls.txt'), 'utf8').split('\n')
      expect(first).toBe('--lr 0.1 --hidden_units 8')
      expect(others.some(call => call.endsWith(' --nesterov'))).toBe(true)
    },
  )

  it('with subcommands is asked for the options of one', async () => {
    write(
      'train.sh',
      `#!/bin/sh
case "$1 $2" in
  "fit --help") echo "Usage: train.sh fit [OPTIONS]"; echo; echo "  --lr RATE  learning rate (default: 0.1)";;
  *) echo "Usage: train.sh COMMAND"; echo; echo "Commands:"; echo "  fit    Fits a model"; echo "  score  Scores it";;
esac
`,
    )
    const open = await init('train.sh', '--run-help')
    expect(open.exitCode).toBe(2)
    expect(open.stderr).toContain('fit, score')
    expect(open.stderr).toContain('--subcommand')
    const refused = await init('train.sh', '--run-help', '--subcommand', '-rf')
    expect(refused.exitCode).toBe(2)
    expect(refused.stderr).toContain('not starting with -')
    const made = await init('train.sh', '--run-help', '--subcommand', 'fit')
    expect(made.stderr).toBe('')
    expect(made.stdout).toContain('Subcommand: fit.')
    expect(studyOf('train').objective.command).toEqual([
      '/bin/sh',
      'train.sh',
      'fit',
      '--lr',
      '{lr}',
    ])
  })

  it.skipIf(!hasProgram('sort', '--version'))('of the PATH is asked, too', async () => {
    const made = await init('sort', '--run-help', '--json')
    const { settings } = JSON.parse(made.stdout.split('\n')[0] ?? '') as {
      readonly settings: readonly { readonly location: string }[]
    }
    expect(settings.map(({ location }) => location)).toContain(
      process.platform === 'linux' ? '--batch-size' : '--key',
    )
  })

  it.skipIf(!hasProgram('cc', '--version'))('that was compiled is started by itself', async () => {
    write(
      'train.c',
      `#include <stdio.h>
int main(void) { fprintf(stderr, "Usage: train [options] data\\n-c cost : set the parameter C (default 1)\\n-g gamma : set gamma (default 0.5)\\n"); return 1; }`,
    )
    spawnSync('cc', ['-o', 'train', 'train.c'], { cwd: folder })
    const made = await init('train', '--run-help')
    expect(made.exitCode).toBe(0)
    expect(studyOf('train').objective.command).toEqual(['./train', '-c', '{cost}', '-g', '{gamma}'])
  })

  it.skipIf(!hasProgram('Rscript', '-e', 'library(optparse)'))('of R', async () => {
    write(
      'train.R',
      `library(optparse)
parse_args(OptionParser(option_list = list(make_option("--lr", type = "double", default = 0.1, help = "rate [default %default]"))))`,
    )
    expect((await init('train.R', '--run-help')).exitCode).toBe(0)
    expect(studyOf('train').objective.command).toEqual(['Rscript', 'train.R', '--lr={lr}'])
  })

  it('is asked with -h where --help tells nothing', async () => {
    write(
      'train.sh',
      'case $1 in -h) echo "  -r RATE  learning rate (default 0.1)";; *) echo what >&2; exit 3;; esac\n',
    )
    expect((await init('train.sh', '--run-help')).exitCode).toBe(0)
    expect(readFileSync(path.join(folder, 'train.study.yaml'), 'utf8')).toContain('train.sh -h')
  })

  it('names its folder in a study file that lies elsewhere', async () => {
    write('train.sh', shell)
    const output = path.join(mkdtempSync(path.join(scratch, 'other-')), 'a.yaml')
    expect((await init('train.sh', '--run-help', '-o', output)).exitCode).toBe(0)
    expect(parse(readFileSync(output, 'utf8'))).toMatchObject({ objective: { directory: folder } })
  })

  it.each([
    ['has printed nothing', 'exit 0', 'printed nothing (exit code 0)'],
    ['fails without a word', 'exit 4', 'printed nothing (exit code 4)'],
    [
      'lists no option',
      'echo hello; exit 5',
      'no option was recognized in what it printed (exit code 5): hello',
    ],
    ['writes without end', 'yes', 'more than 2 MB'],
    ['lists no hyperparameter', 'echo "  --data FILE  data"', 'no option that it lists'],
  ])('that %s is refused with what helps', async (_, script, says) => {
    write('train.sh', `${script}\n`)
    const refused = await init('train.sh', '--run-help')
    expect(refused.exitCode).toBe(2)
    expect(refused.stderr).toContain(says)
    expect(existsSync(path.join(folder, 'train.study.yaml'))).toBe(false)
  })

  it('that may not be executed is refused with the command that allows it', async () => {
    write('train', 'no program')
    expect((await init('train', '--run-help')).stderr).toContain('chmod +x')
  })

  it('gets no input, and leaves no process', async () => {
    const mark = `sleep ${700 + process.pid / 1e6}`
    write('train.sh', `${mark} &\ncat\necho "  --lr X  rate (default 0.1)"\n`)
    expect((await init('train.sh', '--run-help')).exitCode).toBe(0)
    expect(spawnSync('pgrep', ['-f', mark]).stdout.toString()).toBe('')
  })
})
