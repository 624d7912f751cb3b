// Starts the Node.js host: `node <bundle>/host/main.mjs`, with the user's files as the working folder.

import { main } from "./lib/host.mjs";

main();
