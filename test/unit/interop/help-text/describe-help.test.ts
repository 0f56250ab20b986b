import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { describeHelp } from '../../../../src-main/interop/help-text/describe-help.ts'
import { looksSecret } from '../../../../src-main/platform/user-code/redact.ts'

const describeText = (text: string) => describeHelp(text, './train --help', looksSecret)
const settingOf = (line: string) => describeText(line).settings[0]

it('judges options as it does those of scripts', () => {
  const text = readFileSync(
    new URL('../../../fixtures/help-texts/r-optparse.txt', import.meta.url),
    'utf8',
  )
  const { settings, metric, unread } = describeText(text)
  expect(settings.map(({ location, role, line }) => [location, role, line])).toEqual([
    ['--lr', 'hyperparameter', 5],
    ['--epochs', 'budget', 8],
    ['--opt', 'hyperparameter', 12],
    ['--nesterov', 'hyperparameter', 15],
    ['--dropout', 'hyperparameter', 18],
  ])
  expect(settings[0]).toMatchObject({
    file: './train --help',
    value: 0.1,
    optionForm: 'value',
    range: { kind: 'float', low: 0.01, high: 1, log: true },
    reason: { code: 'script.hyperparameter' },
  })
  // Prints are not read.
  expect(metric).toBeNull()
  expect(unread.map(({ reason }) => reason.code)).toEqual(['script.unread.positional'])
})

it.each([
  [
    '  -l RATE  learning rate (default: 0.1)',
    { name: 'learning_rate', option: '-l', optionForm: 'nextWord' },
  ],
  ['-r coef0 : set coef0 in kernel function (default 0)', { name: 'coef0', option: '-r' }],
  ['  --layers N  number of layers', { kind: 'int', range: { kind: 'int' } }],
  ['  --hidden_size=N  units (default: 64)', { optionForm: 'value', kind: 'int', value: 64 }],
  [
    '  --opt {sgd,adam}  which [default: adam]',
    { value: 'adam', range: { kind: 'choice', values: ['sgd', 'adam'] } },
  ],
  ['  --bias, --no-bias  a bias', { optionForm: 'negatable' }],
  [
    '  --nesterov  momentum',
    { optionForm: 'storeTrue', kind: 'bool', value: false, role: 'hyperparameter' },
  ],
  ['  --seed N  seed (default 1)', { role: 'seed' }],
  ['  --data FILE  where the data are', { role: 'fixed' }],
  ['-g gamma : set gamma (default 1/num_features)', { value: undefined, role: 'hyperparameter' }],
])('%s', (line, expected) => {
  expect(settingOf(line)).toMatchObject(expected)
})

it('says what is required', () => {
  expect(describeText('  --data  where  [string] [required]').unread).toMatchObject([
    { line: 1, reason: { code: 'script.unread.required', values: { name: '--data' } } },
  ])
})

it('keeps values that look secret from everybody', () => {
  const described = describeText('  --api_key KEY  key (default: "hidden-key-1")')
  expect(described.settings[0]).toMatchObject({ isSecret: true, value: undefined })
  expect(JSON.stringify(described)).not.toContain('hidden-key')
})

describe('subcommands', () => {
  const names = (text: string) => describeText(text).commands?.names ?? null

  it.each([
    [
      'argparse',
      'usage: train.py [-h] {train,eval} ...\n\npositional arguments:\n  {train,eval}\n    train  Trains\n\noptions:\n  -h, --help  show this help message and exit\n',
      ['train', 'eval'],
    ],
    [
      'click',
      'Usage: cli [OPTIONS] COMMAND [ARGS]...\n\nOptions:\n  --help  Show this message and exit.\n\nCommands:\n  evaluate  Measures a model.\n  train     Trains a model that is\n            saved.\n',
      ['evaluate', 'train'],
    ],
    [
      'cobra',
      'Usage:\n  app [command]\n\nAvailable Commands:\n  completion  Generate\n  fit         Fit a model\n  help        Help about any command\n\nFlags:\n  -h, --help   help for app\n',
      ['fit'],
    ],
    [
      'fastText',
      'usage: fasttext <command> <args>\n\nThe commands supported by fasttext are:\n\n  supervised              train a supervised classifier\n  test                    evaluate a supervised classifier\n',
      ['supervised', 'test'],
    ],
    ['none', 'Usage: a [OPTIONS]\n\nOptions:\n  --lr N  the rate\n', null],
    [
      'a choice by position',
      'usage: a.py [-h] {mnist,cifar}\n\npositional arguments:\n  {mnist,cifar}\n',
      null,
    ],
  ])('of %s', (_, text, expected) => {
    expect(names(text)).toEqual(expected)
  })

  it('are said to have options of their own until one is chosen', () => {
    const text = 'Usage: a COMMAND\n\nCommands:\n  fit  Fits\n  score  Scores\n'
    expect(describeText(text).unread).toMatchObject([
      { line: 4, reason: { code: 'script.unread.commands' } },
    ])
    const chosen = describeHelp(
      '  --lr N  rate (default 0.1)',
      './a fit --help',
      looksSecret,
      'fit',
    )
    expect(chosen.commands).toEqual({ names: ['fit'], started: 'fit' })
    expect(chosen.settings).toMatchObject([{ name: 'lr', commands: ['fit'] }])
    expect(chosen.unread).toEqual([])
  })

  it('are found in linear time', () => {
    const text = `Commands:\n${'  aa bb cc '.repeat(2_000)}\n`.repeat(200)
    expect(names(text)).toBeNull()
    expect(names(`Commands:\n${'  name  what\n'.repeat(100_000)}`)).toEqual(['name'])
  })
})

describe('a program of support vector machines', () => {
  const help = `Usage: svm-train [options] training_set_file [model_file]
options:
-s svm_type : set type of SVM (default 0)
-g gamma : set gamma in kernel function (default 1/num_features)
-c cost : set the parameter C of C-SVC (default 1)
`
  const rangeOf = (name: string, text = help) =>
    describeText(text).settings.find(setting => setting.name === name)?.range

  it('has cost and gamma searched over the grids of its guide', () => {
    expect(rangeOf('cost')).toEqual({ kind: 'float', low: 2 ** -5, high: 2 ** 15, log: true })
    expect(rangeOf('gamma')).toEqual({ kind: 'float', low: 2 ** -15, high: 2 ** 3, log: true })
  })

  it('has a default that lies outside within its range', () => {
    expect(rangeOf('cost', help.replace('default 1)', 'default 100000)'))).toMatchObject({
      high: 100_000,
    })
  })

  it('alone does: elsewhere gamma discounts', () => {
    expect(rangeOf('gamma', '  --gamma G  discount (default 0.99)')).toMatchObject({
      low: 0.9,
      high: 0.999,
      log: false,
    })
  })
})
