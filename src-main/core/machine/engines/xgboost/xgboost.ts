import { defineEngine } from '../engine-definition.ts'

/** XGBoost’s own library. */
export const xgboost = defineEngine({
  name: 'xgboost',
  trains: 'trees',
  isPack: true,
})
