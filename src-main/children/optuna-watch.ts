import { run } from '../optuna-storage/watch.ts'
import { serve } from '../processes/serve.ts'

/** Entry of the process that follows a file of Optuna. */
serve('optuna-watch', { run })
