import { columns } from '../features/models/node/column-importance.ts'
import { predict } from '../features/models/node/predict.ts'
import { serve } from '../platform/processes/serve.ts'

/** Entry of the process that uses a model on new data. */
serve('predict', { predict, columns })
