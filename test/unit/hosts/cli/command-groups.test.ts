import { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { commandGroups, neededGroups } from '../../../../src-main/hosts/cli/command-groups.ts'
import { CliCommand } from '../../../../src-main/features/command-line/context.ts'
import { createTranslate } from '../../../../src-main/core/i18n/translate.ts'

const { options } = new Command()
  .option('--db <file>')
  .option('--json')
  .option('-l, --language <tag>')
const namesFor = (...words: string[]): string[] =>
  neededGroups(words, options).flatMap(({ names }) => names)
const all = commandGroups.flatMap(({ names }) => names)

describe('groups of commands', () => {
  it.each(commandGroups.map(group => [group.names.join(', '), group] as const))(
    'names what its module adds: %s',
    { timeout: 60_000 },
    async (_, { names, load }) => {
      const program = new CliCommand('tunewright')
      const { addCommands } = await load()
      addCommands(program, createTranslate('en'))
      expect(program.commands.map(command => command.name())).toEqual(names)
    },
  )

  it('loads the one that is asked for, whatever stands before and after it', () => {
    expect(namesFor('list')).toEqual(['list', 'show', 'best'])
    expect(namesFor('--db', 'run', '--json', 'data', 'list')).toEqual(['data'])
    expect(namesFor('--db=run', '--language', 'zh-CN', 'best', 'check')).toEqual([
      'list',
      'show',
      'best',
    ])
    expect(namesFor('-l', 'run', 'data')).toEqual(['data'])
  })

  it.each([
    [[]],
    [['--help']],
    [['-h', 'run']],
    [['help']],
    [['unheard-of', 'run']],
    [['--db', 'run']],
    [['--db', '--version']],
  ])('loads all for %j', words => {
    expect(namesFor(...words)).toEqual(all)
  })

  it.each([[['--version']], [['-V']], [['--json', '--version', 'run']]])(
    'loads none for %j',
    words => {
      expect(namesFor(...words)).toEqual([])
    },
  )
})
