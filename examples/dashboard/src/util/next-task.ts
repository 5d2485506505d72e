/** Lets the browser do what waits, such as drawing and answering a touch, before what comes next. */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
