import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readHelp } from '../../../../src-main/interop/help-text/read-help.ts'

const folder = new URL('../../../fixtures/help-texts/', import.meta.url)
const textOf = (name: string): string => readFileSync(new URL(`${name}.txt`, folder), 'utf8')

/** `--lr=0.1`: takes a value after `=`; `--lr 0.1`: as the next word; `?` no default; `--x` alone; `--[no-]x`. */
function summary(name: string): readonly string[] {
  return readHelp(textOf(name)).options.map(
    ({ names, takesValue, isJoined, isNegatable, written, choices }) => {
      const long = names.toSorted((left, right) => right.length - left.length)[0] ?? ''
      if (isNegatable) return `${long.replace('--', '--[no-]')} ${written ?? '?'}`
      if (!takesValue) return long
      const among = choices.length === 0 ? '' : ` {${choices.join()}}`
      return `${long}${isJoined ? '=' : ' '}${written ?? '?'}${among}`
    },
  )
}

const LR = '--lr 0.1'

describe('real help texts', () => {
  it.each<readonly [string, readonly string[]]>([
    [
      'argparse',
      [
        LR,
        '--optimizer-with-a-long-name sgd {sgd,adam}',
        '--layers [3, 4]',
        '--nesterov',
        '--[no-]ema true',
      ],
    ],
    ['click', [LR, '--dropout 0.2', '--opt sgd {sgd,adam}', '--[no-]bias true', '--layers ?']],
    ['r-optparse', ['--lr=0.1', '--epochs=10', '--opt=sgd', '--nesterov', '--dropout=?']],
    ['r-argparser', ['--nesterov', '--opts ?', LR, '--hidden-size 64']],
    ['r-argparse', [LR, '--loss ? {l1,l2}']],
    ['r-docopt', ['--lr=0.1', '--layers 2', '--nesterov']],
    [
      'commander',
      [LR, '--dropout 0.3', '--optimizer sgd {sgd,adam}', '--no-bias', '--nesterov', '--tags ?'],
    ],
    ['yargs', [LR, '--optimizer sgd {sgd,adam}', '--nesterov', '--data ?']],
    ['cac', [LR, '--no-bias']],
    ['go-flag', ['-epochs 10', '-lr 0.1', '-nesterov', '-opt sgd']],
    ['pod', ['--lr=0.1', '--layers 2', '--bias']],
    ['sh', ['-l 0.1', '-b 32', '-o ? {sgd,adam}', '-v']],
  ])('%s', (name, options) => {
    expect(summary(name)).toEqual(options)
  })

  it.each([
    ['fd-h', 20, ['--max-depth ?', '--color auto', '--no-ignore']],
    ['bat', 19, ['--tabs ?', '--theme ?']],
    ['hugo', 40, ['--configDir config', '--poll ?']],
    ['sort', 26, ['--batch-size=?', '--parallel=?']],
  ] as const)('%s of a package', (name, atLeast, some) => {
    const options = summary(name)
    expect(options.length).toBeGreaterThanOrEqual(atLeast)
    for (const option of some) expect(options.join('\n')).toContain(option.split(' {')[0])
  })
})

describe('the style of', () => {
  it.each<readonly [string, readonly string[]]>([
    ['gflags', ['-batch_size=32', '-lr=0.01', '-optimizer=sgd', '-use_gpu']],
    ['absl', ['--lr 0.01', '--optimizer sgd', '--nesterov']],
    ['absl-py', [LR, '--nesterov', '--optimizer sgd {sgd,adam}']],
    [
      'boost',
      ['--learning_rate 0.5', '--passes 1', '--nn ?', '--loss_function squared', '--quiet'],
    ],
    ['cxxopts', ['--input ?', LR, '--opt=?', '--verbose']],
    ['julia', ['--lr 0.01', '--hidden 64', '--opt ADAM', '--nesterov']],
    ['clap4', ['--data ?', '--lr 0.001', '--optimizer sgd {sgd,adam}']],
    ['jcommander', ['--data', LR, '--nesterov']],
    ['rich', [LR, '--opt sgd {sgd,adam}', '--[no-]nesterov false']],
    ['word2vec', ['-train ?', '-size 100', '-sample 1e-3', '-alpha 0.025', '-cbow 1']],
    ['oclif', ['--lr=0.1', '--opt=sgd {sgd,adam}']],
  ])('%s', (name, options) => {
    expect(summary(name)).toEqual(options)
  })
})

it('knows the line, the words and the usage', () => {
  const { options, usage } = readHelp(textOf('r-optparse'))
  expect(usage).toEqual({ line: 1, text: 'o.R [options] data.csv' })
  expect(options[1]).toMatchObject({
    names: ['-e', '--epochs'],
    line: 8,
    metavar: 'EPOCHS',
    description: 'Number of epochs of the training [default 10]',
  })
  expect(readHelp(textOf('yargs')).options.at(-1)).toMatchObject({ isRequired: true })
})

it.each([
  ['(default: 0.1)', '0.1'],
  ['[default: 0.1]', '0.1'],
  ['default 0.1', '0.1'],
  ['(default 0.1)', '0.1'],
  ['[0.1]', '0.1'],
  ['Defaults to 0.1', '0.1'],
  ['the default is 1e-4.', '1e-4'],
  ['(default: "adam")', 'adam'],
  ['[default: adam]', 'adam'],
  ['(default=7)', '7'],
  ['(default: None)', null],
  ['uses the default optimizer', undefined],
  ['regular expression (default) or a glob', undefined],
  ['(default: hidden files are skipped)', undefined],
])('reads the default of “%s”', (text, written) => {
  expect(readHelp(`  --rate X  the rate ${text}`).options[0]?.written).toBe(written)
})

it.each([
  '{sgd,adam}',
  '[possible values: sgd, adam]',
  'one of: sgd, adam',
  'one of "sgd" or "adam"',
  '(choices: "sgd", "adam")',
  '<options: sgd|adam>',
  '(sgd|adam)',
])('reads the choices of “%s”', text => {
  expect(readHelp(`  --opt X  the optimizer ${text}`).options[0]?.choices).toEqual(['sgd', 'adam'])
})

it('takes prose, help and version for no options', () => {
  const text =
    'Trains a model. Pass\n--lr is deprecated, and\n  --wd or others too\n  -h, --help  help\n  --version  version\n'
  expect(readHelp(text).options).toEqual([])
})

describe('hostile texts', () => {
  const megabyte = 1 << 20

  it.each([
    ['nothing', ''],
    ['zeros', '\0'.repeat(megabyte)],
    ['dashes', '-'.repeat(megabyte)],
    ['brackets', `  --x ${'['.repeat(megabyte)}`],
    ['angles', `  --x <${'a '.repeat(megabyte)}`],
    ['braces of a usage', `usage: ${'[-'.repeat(megabyte)}`],
    ['names in a usage', `usage: ${'[--a '.repeat(megabyte / 4)}`],
    ['escapes', '\u001B['.repeat(megabyte)],
    ['links', '\u001B]8;;'.repeat(megabyte / 4)],
    ['strikes', 'a\b'.repeat(megabyte)],
    ['defaults', `  --x  ${'default '.repeat(megabyte / 8)}`],
    ['spaces', `  --x${' '.repeat(megabyte)}y`],
    ['empty lines', '\n'.repeat(megabyte)],
    ['choices', `  --x  one of: ${'a, '.repeat(megabyte / 4)}`],
    ['numbers', `  --x N  ${'1 -- a '.repeat(megabyte / 8)}`],
    ['dotted', `--a${'.a'.repeat(megabyte / 2)}`],
    ['lines of one option', `  --x N  a\n${'          b\n'.repeat(megabyte / 12)}`],
    ['options', Array.from({ length: 20_000 }, (_, at) => `  --a${at} N  (default: 1)`).join('\n')],
  ])('%s are read', (_, text) => {
    expect(() => readHelp(text)).not.toThrow()
  })

  it('bytes of a program are no options', () => {
    const bytes = Buffer.from(Array.from({ length: 4096 }, (_, at) => (at * 7919) % 256))
    expect(readHelp(bytes.toString('utf8')).options).toEqual([])
  })

  it('colors, bold letters and frames are taken out', () => {
    const colored = '  \u001B[1m--lr\u001B[0m \u001B[3mRATE\u001B[0m  rate [default: 0.1]'
    const bold = '  -\b--\b-l\blr\br _\bR_\bA  rate (default 0.1)'
    const framed = '│ --lr  FLOAT  rate [default: 0.1] │'
    for (const text of [colored, bold, framed])
      expect(readHelp(text).options).toMatchObject([{ names: ['--lr'], written: '0.1' }])
  })
})

it('has a test of each text', () => {
  expect(readdirSync(folder).length).toBe(27)
})
