/** Does the nightly work. */
export async function handler(event, context) {
  const { schedule, scheduledTime, firedTime } = event.data;
  context.logger.info(`run ${schedule} at ${scheduledTime}`);
  const delay = (Date.parse(firedTime) - Date.parse(scheduledTime)) / 1000;
  if (delay > 60) context.logger.warn(`late by ${Math.floor(delay)} s`);
}
