import { run } from '../features/optuna-storage/node/watch.ts'
import { serve } from '../platform/processes/serve.ts'

/** Entry of the process that follows a file of Optuna. */
serve('optuna-watch', { run })
