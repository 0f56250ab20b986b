import { defineEngine } from '../engine-definition.ts'

/** XGBoost’s own library. */
export const xgboost = defineEngine({
  name: 'xgboost',
  title: 'XGBoost',
  trains: 'trees',
  isPack: true,
})
