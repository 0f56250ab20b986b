import path from 'node:path'
import { commandText } from '../../../core/study/user-code.ts'
import { connectPreview } from '../../../platform/processes/connect-reader.ts'
import { untrusted } from '../../code-trust/node/code-gate.ts'
import { withTexts } from '../../code-trust/node/methods.ts'
import type { Handlers } from '../../api/common/method.ts'
import { nothing } from '../../api/node/api-options.ts'
import type { MethodContext } from '../../api/node/method-context.ts'
import type { scriptMethods } from '../common/methods.ts'
import { copyKitForForm } from './copy-kit.ts'
import { copyLauncher } from './copy-launcher.ts'
import { findProgram, requireProgram } from './find-program.ts'
import { helpCode, runHelp } from './run-help.ts'

/** A script or program of the user, as a study can search it. */
export function scriptHandlers({
  files,
  workspace,
}: Pick<MethodContext, 'files' | 'workspace'>): Handlers<typeof scriptMethods> {
  return {
    // Each script in a process of its own: one that exhausts memory or time costs that process and nothing else.
    'script.describe': async ({ path: named, language, subcommand = null }) => {
      const file = files.require(named)
      return connectPreview('ingest', file).call('describeScript', {
        file,
        subcommand,
        language,
      })
    },
    'script.helpCode': async ({ path: named, subcommand = null }) => {
      const file = files.require(named)
      requireProgram(file)
      const code = await helpCode(findProgram(file, subcommand))
      return {
        command: commandText(code),
        code: { ...withTexts(code), missing: [] },
      }
    },
    'script.runHelp': async ({ path: named, language, fingerprint, subcommand = null }) => {
      const file = files.require(named)
      requireProgram(file)
      const program = findProgram(file, subcommand)
      const code = await helpCode(program)
      // The code that a person saw runs, not what came after.
      if (code.fingerprint !== fingerprint) throw untrusted(code)
      const help = await runHelp(program)
      return connectPreview('ingest', file).call('describeProgram', { program, help, language })
    },
    'script.copyLauncher': async ({ path: named }) =>
      nothing(await copyLauncher(path.dirname(files.require(named)))),
    'script.copyKit': async ({ kit, folder }) =>
      folder === null
        ? copyKitForForm(kit, path.join(workspace.uploadDirectory, 'kits', kit), true)
        : copyKitForForm(kit, files.require(folder), false),
  }
}
