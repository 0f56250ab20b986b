import { msg } from '../../../core/errors/message.ts'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { keepUploads } from '../../optuna-storage/node/optuna-files.ts'
import { AppError } from '../../../core/errors/errors.ts'
import { importMessage } from '../../../core/study/import-note.ts'
import type { Goal } from '../../../core/study/study-specification.ts'
import { type Force, requireFree, writeOutput } from '../../../platform/files/write-output.ts'
import { importStudies } from '../node/import-studies.ts'
import { readApart } from '../node/foreign-reader.ts'
import { sum } from '../../../math/numbers.ts'
import { readStudyFile } from '../../studies/node/create-study.ts'
import { type AddCommands, usageError, withStore } from '../../command-line/context.ts'
import { printData } from '../../command-line/print-data.ts'

interface ImportCommandOptions extends Force {
  readonly study?: string
  readonly name?: string
  readonly goal: readonly string[]
  readonly like?: string
  readonly output?: string
  /** The artifact store of an Optuna file. */
  readonly optunaArtifacts?: string
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
    .option('--optuna-artifacts <folder>', t('cli.help.import.artifacts'))
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
      const artifacts = artifactsOf(file, options)
      const question = { file, only, name, goals, like, language, artifacts, atMs: now() }
      const read = await readApart().read(question)
      if (read.kind === 'studyFile') {
        const { text, notes } = read
        const written =
          options.output === undefined
            ? null
            : await writeOutput(options.output, text, options.force === true)
        if (written !== null)
          context.printValues(t('cli.written', { file: written }), { studyFile: written, notes })
        else if (context.json) context.printJson({ studyFile: text, notes })
        else printData(text)
        return
      }
      await withStore(context, async store => {
        const studies = await importStudies({ store, now, ...question }, read)
        if (artifacts !== null && read.kind === 'studies') {
          const { workspace } = context
          await keepUploads({ store, workspace, now, folder: artifacts }, studies, read.studies)
        }
        for (const study of studies) {
          const { id, name } = study
          const trials = sum(Object.values(store.studyById(id).trials))
          const notes = study.environment.importedFrom?.notes ?? []
          const lines = notes.map(note => `\n  ${t.format(importMessage(note))}`)
          const text = t('cli.imported', { name, trials }) + lines.join('')
          context.printValues(text, { imported: name, id, trials, notes })
        }
      })
    })
}

/** The folder that a person names, or the one that exports write beside the file. @throws AppError `file.notFound` */
function artifactsOf(file: string, { optunaArtifacts }: ImportCommandOptions): string | null {
  if (optunaArtifacts !== undefined) {
    const folder = path.resolve(optunaArtifacts)
    if (existsSync(folder)) return folder
    throw new AppError('file.notFound', { path: folder, field: '--optuna-artifacts' })
  }
  const { dir, name } = path.parse(path.resolve(file))
  const defaultFolder = path.join(dir, `${name}-artifacts`)
  return existsSync(defaultFolder) ? defaultFolder : null
}

/** @throws AppError `usage.invalid` */
function readGoal(text: string): Goal {
  const [, metric, direction] = /^(.+):(minimize|maximize)$/s.exec(text) ?? []
  if (metric !== undefined && (direction === 'minimize' || direction === 'maximize'))
    return { metric, direction }
  const forms = ['COLUMN:minimize', 'COLUMN:maximize']
  throw usageError('--goal', text, msg('rule.oneOf', { values: forms }))
}
