import { writeBundle } from '../node/write-bundle.ts'
import { type Force, requireFree } from '../../../platform/files/write-output.ts'
import { type AddCommands, withReader } from '../../command-line/context.ts'

interface BundleOptions extends Force {
  readonly output: string
}

export const addCommands: AddCommands = (program, t) => {
  program
    .command('bundle')
    .description(t('cli.help.bundle'))
    .argument('<study>', t('cli.help.study'))
    .requiredOption('-o, --output <file>', t('cli.help.bundle.output'))
    .option('--force', t('cli.help.force'))
    .run(async (context, name: string, { output, force = false }: BundleOptions) => {
      requireFree(output, { force })
      await withReader(context, async reader => {
        const { id: studyId } = reader.findStudy(name)
        const atMs = context.now()
        const written = await writeBundle({ reader, studyId, file: output, replace: force, atMs })
        const { path: writtenPath, bytes, files, missing } = written
        context.printValues(
          t('cli.bundled', {
            file: writtenPath,
            megabytes: (bytes / 1e6).toFixed(1),
            files,
            missing: missing.length === 0 ? null : missing,
          }),
          { bundle: writtenPath, bytes, files, missing },
        )
      })
    })
}
