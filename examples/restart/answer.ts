import { openForecaster, settingsOf } from './parts.js';

/** A process that only answers: it finds the forecast of the last training, and looks for a newer one every minute. */
const { forecaster, close } = await openForecaster(settingsOf(process.env));
const { products, modelVersion } = await forecaster.topProducts({ timePeriod: 'week', limit: 3 });
for (const { rank, productId, predictedUnits } of products) console.log(rank, productId, predictedUnits);
console.log('answered from', modelVersion);

if (process.argv.includes('--once')) await close();
else setInterval(() => void forecaster.restore(), 60_000);
