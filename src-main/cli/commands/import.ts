import { fact } from '../../contract/fact.ts'
import process from 'node:process'
import { importFact } from '../../contract/import-note.ts'
import type { Goal } from '../../contract/study-specification.ts'
import { type Force, requireFree, writeOutput } from '../../files/write-output.ts'
import { importStudies } from '../../exchange/import-studies.ts'
import { readApart } from '../../exchange/foreign-reader.ts'
import { sum } from '../../math/numbers.ts'
import { readStudyFile } from '../../study/create-study.ts'
import { type AddCommands, usageError, withStore } from '../context.ts'

interface ImportCommandOptions extends Force {
  readonly study?: string
  readonly name?: string
  readonly goal: readonly string[]
  readonly like?: string
  readonly output?: string
}

export const addCommands: AddCommands = (program, t) => {
  program
    .command('import')
    .description(t('cli.help.import'))
    .argument('<file>', t('cli.help.import.file'))
    .option('--study <name>', t('cli.help.import.study'))
    .option('--name <name>', t('cli.help.import.name'))
    .option(
      '--goal <column:direction>',
      t('cli.help.import.goal'),
      (goal: string, all: readonly string[]) => [...all, goal],
      [] as readonly string[],
    )
    .option('--like <file>', t('cli.help.import.like'))
    .option('-o, --output <file>', t('cli.help.import.output'))
    .option('--force', t('cli.help.force'))
    .addHelpText('after', `\n${t('cli.help.import.after')}`)
    .run(async (context, file: string, options: ImportCommandOptions) => {
      requireFree(options.output, options)
      const like =
        options.like === undefined ? null : (await readStudyFile(options.like)).specification
      const { now, language } = context
      const { study: only = null, name = null } = options
      const goals = options.goal.map(readGoal)
      const question = { file, only, name, goals, like, language, atMs: now() }
      const read = await readApart().read(question)
      if (read.kind === 'studyFile') {
        const { text, notes } = read
        const written =
          options.output === undefined
            ? null
            : await writeOutput(options.output, text, options.force === true)
        if (written !== null)
          context.tell(t('cli.written', { file: written }), { studyFile: written, notes })
        else if (context.json) context.printJson({ studyFile: text, notes })
        else process.stdout.write(text)
        return
      }
      await withStore(context, async store => {
        const studies = await importStudies({ store, now, ...question }, read)
        for (const study of studies) {
          const { id, name } = study
          const trials = sum(Object.values(store.studyById(id).trials))
          const notes = study.environment.importedFrom?.notes ?? []
          const lines = notes.map(note => `\n  ${t.say(importFact(note))}`)
          const text = t('cli.imported', { name, trials }) + lines.join('')
          context.tell(text, { imported: name, id, trials, notes })
        }
      })
    })
}

/** @throws AppError `usage.invalid` */
function readGoal(text: string): Goal {
  const [, metric, direction] = /^(.+):(minimize|maximize)$/s.exec(text) ?? []
  if (metric !== undefined && (direction === 'minimize' || direction === 'maximize'))
    return { metric, direction }
  const forms = ['COLUMN:minimize', 'COLUMN:maximize']
  throw usageError('--goal', text, fact('rule.oneOf', { values: forms }))
}
