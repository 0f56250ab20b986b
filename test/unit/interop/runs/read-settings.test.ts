import { describe, expect, it } from 'vitest'
import {
  flattenSettings,
  MAX_SETTINGS,
  settingOfText,
  settingsOfOverrides,
  settingsOfTable,
} from '../../../../src-main/interop/runs/read-settings.ts'

describe('a nested configuration', () => {
  it('becomes settings by the path of their keys', () => {
    const { settings, isCut } = flattenSettings({
      optimizer: { lr: '1e-4', name: 'adam', betas: [0.9, 0.99], nesterov: false },
      seed: null,
      data: '${dataset}/train',
      limit: Number.POSITIVE_INFINITY,
    })
    expect(settings).toEqual({
      'optimizer.lr': 1e-4,
      'optimizer.name': 'adam',
      'optimizer.betas': '[0.9,0.99]',
      'optimizer.nesterov': false,
      limit: 'Infinity',
    })
    expect(isCut).toBe(false)
  })

  it('keeps names that objects have anyway', () => {
    const { settings } = flattenSettings(JSON.parse('{"__proto__": 1, "constructor": {"a": 2}}'))
    expect(Object.entries(settings)).toEqual([
      ['__proto__', 1],
      ['constructor.a', 2],
    ])
  })

  it.each([
    ['deep', () => Array.from({ length: 30 }).reduce<unknown>(inner => ({ a: inner }), 1)],
    ['long', () => ({ prompt: 'x'.repeat(501) })],
    [
      'wide',
      () => Object.fromEntries(Array.from({ length: MAX_SETTINGS + 1 }, (_, i) => [`k${i}`, i])),
    ],
  ])('says that one which is too %s is cut', (_, make) => {
    expect(flattenSettings(make()).isCut).toBe(true)
  })
})

it.each([
  ['0.001', 0.001],
  ['1e-4', 1e-4],
  [' 32 ', 32],
  ['True', true],
  ['None', null],
  ['', null],
  ['adam', 'adam'],
  ['0x10', '0x10'],
  ['1e999', '1e999'],
])('reads %j as Python wrote it', (text, value) => {
  expect(settingOfText(text)).toBe(value)
})

it('reads arguments in a table of Markdown', () => {
  const text = '|param|value|\n|-|-|\n|lr|0.1|\n|env_id|CartPole-v1|\n|anneal|True|\nnot a row'
  expect(settingsOfTable(text).settings).toEqual({ lr: 0.1, env_id: 'CartPole-v1', anneal: true })
})

it('reads overrides of a command line', () => {
  const overrides = ['optimizer.lr=0.1', '+model=resnet', '~trainer.x', 'db@source=a=b']
  expect(settingsOfOverrides(overrides).settings).toEqual({
    'optimizer.lr': 0.1,
    model: 'resnet',
    db: 'a=b',
  })
})
