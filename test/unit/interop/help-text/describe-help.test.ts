import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
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
