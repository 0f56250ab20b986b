import { expect, it } from 'vitest'
import type { ProposedSetting } from '../../../../../src-main/core/study/script-proposal.ts'
import { msg } from '../../../../../src-main/core/errors/message.ts'
import {
  isAbout,
  searchedAs,
  withoutSetting,
  wordsOf,
  withSetting,
} from '../../../../../src-renderer/features/script/searched-settings.ts'

const setting = (change: Partial<ProposedSetting>): ProposedSetting => ({
  location: '--lr',
  file: 'train.py',
  line: 3,
  written: '0.1',
  role: 'hyperparameter',
  reason: msg('script.fixed.seed', { name: 'lr' }),
  route: 'argument',
  parameter: 'lr',
  word: '--lr={lr}',
  wordBefore: null,
  wordAfter: null,
  entry: { float: [0.01, 1] },
  current: 0.1,
  ...change,
})
const rate = setting({})
const depth = setting({
  location: 'DEPTH',
  file: 'model.py',
  route: 'patch',
  parameter: 'DEPTH',
  word: '--set=model.py:3:DEPTH={DEPTH}',
  entry: { int: [1, 4] },
  current: 2,
})
const launcher = { name: 'run.py', isNeeded: true, isThere: true }
const place = { script: 'train.py', launcher }
const sections = {
  objective: {
    command: ['python3', 'run.py', '--set=model.py:3:DEPTH={DEPTH}', 'train.py', '--lr={lr}'],
    directory: '/project',
    files: ['model.py'],
  },
  space: { lr: { float: [0.01, 1] }, DEPTH: { int: [1, 4] } },
  currentConfiguration: { lr: 0.1, DEPTH: 2 },
}

it('switches an argument off and on again', () => {
  const off = withoutSetting(rate, sections, launcher.name)
  expect(off).toEqual({
    objective: {
      ...sections.objective,
      command: ['python3', 'run.py', '--set=model.py:3:DEPTH={DEPTH}', 'train.py'],
    },
    space: { DEPTH: { int: [1, 4] } },
    currentConfiguration: { DEPTH: 2 },
  })
  expect(searchedAs(rate, off)).toBeNull()
  expect(withSetting(rate, rate.entry ?? {}, off, place)).toEqual({
    ...sections,
    space: { DEPTH: { int: [1, 4] }, lr: { float: [0.01, 1] } },
  })
})

it('switches an option whose value is the next word', () => {
  const next = setting({ word: '{lr}', wordBefore: '-l' })
  const on = { ...sections, objective: { command: ['./train', '-d', '{DEPTH}', '-l', '{lr}'] } }
  expect(searchedAs(next, on)).toBe('lr')
  const off = withoutSetting(next, on, launcher.name)
  expect(off.objective).toEqual({ command: ['./train', '-d', '{DEPTH}'] })
  expect(searchedAs(next, off)).toBeNull()
  expect(withSetting(next, next.entry ?? {}, off, place).objective).toEqual(on.objective)
})

it('takes the launcher away with the last constant, and brings it back', () => {
  const off = withoutSetting(depth, sections, launcher.name)
  expect(off.objective['command']).toEqual(['python3', 'train.py', '--lr={lr}'])
  const bare = { ...off, objective: { command: off.objective['command'] } }
  const on = withSetting(depth, { int: [1, 3] }, bare, place)
  expect(on.objective).toEqual({
    command: sections.objective.command,
    // What the launcher changes is part of what a person trusts.
    files: ['model.py'],
  })
  expect(on.space).toMatchObject({ DEPTH: { int: [1, 3] } })
})

it('follows a parameter that was renamed', () => {
  const renamed = {
    objective: { command: ['python3', 'train.py', '--lr={rate}', '--lr_end={end}'] },
    space: { rate: { float: [0, 1] }, end: { float: [0, 1] } },
    currentConfiguration: {},
  }
  expect(searchedAs(rate, renamed)).toBe('rate')
  const off = withoutSetting(rate, renamed, launcher.name)
  expect(off.objective['command']).toEqual(['python3', 'train.py', '--lr_end={end}'])
  expect(Object.keys(off.space)).toEqual(['end'])
})

it('leaves a study alone whose setting nothing reaches', () => {
  const unreachable = setting({ route: null, parameter: null, word: null, entry: null })
  expect(searchedAs(unreachable, sections)).toBeNull()
  expect(withSetting(unreachable, {}, sections, place)).toEqual(sections)
  expect(withoutSetting(unreachable, sections, launcher.name)).toEqual(sections)
})

it('is about the script that its command runs in its folder', () => {
  const proposal = { folder: '/project', script: 'train.py' } as Parameters<typeof isAbout>[1]
  expect(isAbout(sections.objective, proposal)).toBe(true)
  expect(isAbout({ ...sections.objective, directory: '/other' }, proposal)).toBe(false)
  expect(isAbout({ command: 'python3 train.py', directory: '/project' }, proposal)).toBe(false)
})

it('keeps the place of an argument by position, with the value that the script has', () => {
  const size = setting({ location: 'size', parameter: 'size', word: '{size}', current: 8 })
  const objective = { command: ['python3', 'train.py', '{size}', '{rate}'], directory: '/project' }
  const before = {
    objective,
    space: { size: { int: [2, 32] }, rate: { float: [0.1, 1] } },
    currentConfiguration: { size: 8, rate: 0.5 },
  }
  const off = withoutSetting(size, before, launcher.name)
  expect(off).toEqual({
    objective,
    space: { size: { fixed: 8 }, rate: { float: [0.1, 1] } },
    currentConfiguration: { rate: 0.5 },
  })
  expect(searchedAs(size, off)).toBeNull()
  expect(withSetting(size, { int: [2, 32] }, off, place)).toEqual(before)
})

it('adds what is there or not to the command, and takes it away by the name that it has now', () => {
  const flip = setting({
    location: '--flip',
    parameter: 'flip',
    word: '{flip?--flip}',
    route: 'switch',
    entry: { choice: [false, true] },
    current: false,
  })
  const bare = {
    objective: { command: ['python3', 'train.py', '--lr={lr}'], directory: '/project' },
    space: { lr: { float: [0.01, 1] } },
    currentConfiguration: { lr: 0.1 },
  }
  const on = withSetting(flip, flip.entry ?? {}, bare, place)
  expect(wordsOf(on.objective)).toEqual(['python3', 'train.py', '--lr={lr}', '{flip?--flip}'])
  expect(withoutSetting(flip, on, launcher.name)).toEqual(bare)
  const renamed = {
    ...on,
    objective: { ...on.objective, command: ['python3', 'train.py', '--lr={lr}', '{turn?--flip}'] },
    space: { lr: { float: [0.01, 1] }, turn: { choice: [false, true] } },
    currentConfiguration: { lr: 0.1, turn: false },
  }
  expect(searchedAs(flip, renamed)).toBe('turn')
  expect(withoutSetting(flip, renamed, launcher.name)).toEqual(bare)
})

it('puts an option of the program itself before its subcommand', () => {
  const before = {
    objective: { command: ['python3', 'train.py', 'fit', '--lr={lr}'], directory: '/project' },
    space: { lr: { float: [0.01, 1] } },
    currentConfiguration: { lr: 0.1 },
  }
  const width = setting({
    location: '--width',
    parameter: 'width',
    word: '--width={width}',
    wordAfter: 'fit',
    current: 8,
  })
  const on = withSetting(width, { int: [2, 32] }, before, place)
  expect(wordsOf(on.objective)).toEqual([
    'python3',
    'train.py',
    '--width={width}',
    'fit',
    '--lr={lr}',
  ])
  expect(withoutSetting(width, on, launcher.name)).toEqual(before)
})
