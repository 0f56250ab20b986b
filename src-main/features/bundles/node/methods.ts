import type { Handlers } from '../../api/common/method.ts'
import type { MethodContext } from '../../api/node/method-context.ts'
import { downloadOf } from '../../exports/node/download.ts'
import type { bundleMethods } from '../common/methods.ts'

/** A study with its files, as one file. */
export function bundleHandlers({
  store,
  queries,
  now,
}: Pick<MethodContext, 'store' | 'queries' | 'now'>): Handlers<typeof bundleMethods> {
  return {
    'study.bundle': async ({ studyId }) =>
      downloadOf(store, studyId, await queries.ask({ kind: 'bundle', studyId, atMs: now() })),
  }
}
