import path from 'node:path'
import { connectPreview } from '../../../platform/processes/connect-reader.ts'
import type { Handlers } from '../../api/common/method.ts'
import { nothing } from '../../api/node/api-options.ts'
import type { MethodContext } from '../../api/node/method-context.ts'
import type { scriptMethods } from '../common/methods.ts'
import { copyKitForForm } from './copy-kit.ts'
import { copyLauncher } from './copy-launcher.ts'

/** A Python script of the user, as a study can search it. */
export function scriptHandlers({
  files,
  workspace,
}: Pick<MethodContext, 'files' | 'workspace'>): Handlers<typeof scriptMethods> {
  return {
    // Each script in a process of its own: one that exhausts memory or time costs that process and nothing else.
    'script.describe': async ({ path: named, language }) => {
      const file = files.require(named)
      return connectPreview('ingest', file).call('describeScript', { file, language })
    },
    'script.copyLauncher': async ({ path: named }) =>
      nothing(await copyLauncher(path.dirname(files.require(named)))),
    'script.copyKit': async ({ kit, folder }) =>
      folder === null
        ? copyKitForForm(kit, path.join(workspace.uploadDirectory, 'kits', kit), true)
        : copyKitForForm(kit, files.require(folder), false),
  }
}
