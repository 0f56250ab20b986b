import { connect, type RestartedConnection } from '../../../platform/processes/connect.ts'

const restarts = { kind: 'restart', maxRestarts: 5, withinMs: 600_000, delayMs: 1_000 } as const

/**
 * Shows the studies of a file that a program of Optuna goes on writing.
 * @param onFailure of one look at the file, or of the process that looks
 * @throws AppError `data.invalid`, `file.*`
 */
export async function watchOptunaFile(
  request: { readonly file: string; readonly port: number },
  onFailure: (error: unknown) => void,
): Promise<RestartedConnection<'optuna-watch'>> {
  const watch = connect('optuna-watch', {
    ...restarts,
    open: async link =>
      new Promise((resolve, reject) => {
        link
          .call('run', request, { began: resolve, failed: text => onFailure(new Error(text)) })
          .catch(reject)
      }),
    onDeath: onFailure,
  })
  try {
    await watch.ready()
  } catch (error) {
    await watch.close()
    throw error
  }
  return watch
}
