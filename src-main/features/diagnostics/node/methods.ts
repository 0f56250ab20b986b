import type { Handlers } from '../../api/common/method.ts'
import type { MethodContext } from '../../api/node/method-context.ts'
import type { diagnosticsMethods } from '../common/methods.ts'
import { collectDiagnostics } from './diagnostics.ts'
import { readLog } from './keep-log.ts'

/** What helps whoever looks for the cause of an error. */
export function diagnosticsHandlers({
  store,
  workspace,
  kind,
  window = null,
  now,
  engines,
  devices,
}: MethodContext): Handlers<typeof diagnosticsMethods> {
  return {
    'app.log': async () => ({ path: workspace.logPath, text: await readLog(workspace) }),
    'app.diagnostics': async () =>
      collectDiagnostics({
        workspace,
        asker: kind,
        window,
        atMs: now(),
        studies: async () => store.listStudies(),
        devices: await devices(),
        engines: Object.fromEntries(
          engines.rows().map(({ name, lastCheck }) => [name, lastCheck?.check ?? null]),
        ),
      }),
  }
}
