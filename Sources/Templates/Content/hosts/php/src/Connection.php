<?php

declare(strict_types=1);

namespace HKS\Host;

/** One client's connection: requests in, answers out, one at a time and in order. */
final class Connection
{
    private const RECEIVE_SIZE = 64 * 1024;
    private const SEND_SIZE = 256 * 1024;
    // Bytes of further requests that are taken in while one runs.
    private const MAX_AHEAD = 64 * 1024;
    // Bytes of a streamed answer that wait for the client before its handler is held up.
    private const MAX_UNSENT = 256 * 1024;
    // How long, and for how many bytes, a refused client may go on sending before the connection is cut;
    // cutting at once could take the answer away from it.
    private const LINGER_SECONDS = 2.0;
    private const MAX_LINGER = 64 * 1024 * 1024;

    private const IDLE = 0;
    private const RECEIVING = 1;
    private const CALLING = 2;
    private const STREAMING = 3;
    private const FLUSHING = 4;
    private const LINGERING = 5;
    private const CLOSED = 6;

    /** When its time for what is under way is over. */
    public float $deadline;
    private int $state = self::IDLE;
    private RequestReader $reader;
    private string $unsent = '';
    private ?Request $request = null;
    private ?Call $call = null;
    private ?WorkerProcess $producer = null;
    /** Whether its handler waits for word about the piece that it sent last. */
    private bool $owesAnswer = false;
    private bool $closes = false;
    /** Whether the client sends nothing more. */
    private bool $isHalfClosed = false;
    private bool $isRefused = false;
    private bool $isReading = false;
    private float $started = 0.0;
    private int $lingered = 0;

    public function __construct(
        private Server $server,
        private Settings $settings,
        private Loop $loop,
        /** @var resource */
        public mixed $stream,
        private ?string $remote,
    ) {
        stream_set_blocking($stream, false);
        stream_set_read_buffer($stream, 0);
        stream_set_chunk_size($stream, self::RECEIVE_SIZE);
        $this->reader = new RequestReader($settings->maxBody);
        $this->setDeadline(Clock::now() + $settings->idleTimeout);
        $this->watch(true);
    }

    /** The time for what is under way is over. */
    public function onDeadline(): void
    {
        if ($this->state === self::CALLING) {
            $this->timeOut();
        } elseif ($this->state === self::RECEIVING) {
            $this->refuse(new Refusal(408, 'the request took too long to arrive'));
        } else {
            if ($this->state === self::STREAMING) {
                $this->giveUp('the answer took too long and was broken off');
            }
            $this->close();
        }
    }

    /** The server stops: a connection that is not in use closes. */
    public function onDrain(): void
    {
        if ($this->state === self::IDLE) {
            // A request may have arrived that nobody has looked at yet.
            $this->receive();
        }
        if ($this->state === self::IDLE) {
            $this->close();
        }
    }

    // Answers of workers

    /** Sends the answer of a call, if its caller still waits. */
    public function answer(Call $call, Response $response): void
    {
        if ($call === $this->call && $this->state === self::CALLING) {
            $this->call = null;
            $this->send($response);
        }
    }

    /** A call has ended without an answer. */
    public function fail(Call $call, ?WorkerProcess $worker, string $reason): void
    {
        if ($worker !== null) {
            $this->breakOff($worker);
        }
        $details = ['request_id' => $call->requestId] + ($this->settings->developing ? ['details' => $reason] : []);
        $this->answer($call, Response::error(500, 'the function failed', $details));
    }

    /** Sends the head of a streamed answer. */
    public function beginStream(Call $call, WorkerProcess $worker, Response $response): void
    {
        if ($call !== $this->call || $this->state !== self::CALLING) {
            $worker->stop();
            return;
        }
        $this->closes = $this->mustClose() || $this->request->isHttp10;
        $this->state = self::STREAMING;
        $this->producer = $worker;
        if ($this->request->method === 'HEAD') {
            $worker->stop();
        }
        $this->write($response->encodeStreamHead(!$this->request->isHttp10, $this->closes));
    }

    /** Sends a part of a streamed answer. */
    public function sendPiece(WorkerProcess $worker, string $piece): void
    {
        if ($worker !== $this->producer) {
            $worker->stop();
            return;
        }
        if ($worker->isStopped()) {
            return;
        }
        $this->owesAnswer = true;
        $isPlain = $this->request->isHttp10 || $piece === '';
        $this->write($isPlain ? $piece : dechex(strlen($piece)) . "\r\n$piece\r\n");
        if (strlen($this->unsent) <= self::MAX_UNSENT) {
            $this->askForMore();
        }
    }

    /** A streamed answer is complete. */
    public function endStream(WorkerProcess $worker): void
    {
        if ($worker !== $this->producer) {
            return;
        }
        $hasChunks = !$this->request->isHttp10 && !$worker->isStopped();
        $this->producer = $this->call = null;
        $this->state = self::FLUSHING;
        $this->write($hasChunks ? "0\r\n\r\n" : '');
    }

    /** A streamed answer failed; closing without its end tells the client. */
    public function breakOff(WorkerProcess $worker): void
    {
        if ($worker === $this->producer) {
            $this->producer = null;
            $this->close();
        }
    }

    // Receiving

    private function receive(): void
    {
        $data = (string) @fread($this->stream, self::RECEIVE_SIZE);
        if ($data === '') {
            if (feof($this->stream)) {
                $this->onHalfClose();
            }
        } elseif ($this->state === self::LINGERING || $this->isRefused) {
            $this->lingered += strlen($data);
            if ($this->lingered > self::MAX_LINGER) {
                $this->close();
            }
        } else {
            $this->reader->feed($data);
            if ($this->state === self::IDLE || $this->state === self::RECEIVING) {
                $this->advance();
            } elseif ($this->reader->buffered() > self::MAX_AHEAD) {
                $this->watch(false);
            }
        }
    }

    private function onHalfClose(): void
    {
        $this->isHalfClosed = true;
        $this->watch(false);
        if (in_array($this->state, [self::IDLE, self::RECEIVING, self::LINGERING], true)) {
            $this->close();
        }
    }

    /** Goes on with what has been received. */
    private function advance(): void
    {
        if ($this->state !== self::IDLE && $this->state !== self::RECEIVING) {
            return;
        }
        try {
            $request = $this->reader->next();
        } catch (Refusal $refusal) {
            $this->refuse($refusal);
            return;
        }
        if ($request !== null) {
            $this->begin($request);
        } elseif ($this->isHalfClosed) {
            $this->close();
        } else {
            $this->awaitMore();
        }
    }

    private function awaitMore(): void
    {
        $now = Clock::now();
        if ($this->reader->isEmpty()) {
            $this->state = self::IDLE;
            if ($this->server->isDraining()) {
                $this->close();
                return;
            }
            $this->setDeadline($now + $this->settings->idleTimeout);
            return;
        }
        if ($this->state === self::IDLE) {
            $this->state = self::RECEIVING;
            $this->started = $now;
        }
        // A fixed end, whatever trickles in: a slow client gains nothing by sending single bytes.
        $this->setDeadline($this->started + $this->settings->ioTimeout * ($this->reader->hasHead() ? 4 : 1));
        if ($this->reader->takeContinue()) {
            $this->write(Response::CONTINUE);
        }
    }

    private function begin(Request $request): void
    {
        $request->remote = $this->remote;
        $this->request = $request;
        $this->state = self::CALLING;
        $response = $this->server->probe($request);
        if ($response !== null) {
            $this->send($response);
            return;
        }
        $this->call = new Call($request, Clock::now() + $this->settings->timeout);
        $this->setDeadline($this->call->deadline);
        $this->server->pool()->submit($this->call, $this);
    }

    // Answering

    private function send(Response $response): void
    {
        $this->closes = $this->mustClose();
        $this->state = self::FLUSHING;
        $this->write($response->encode($this->request->method, $this->closes));
    }

    private function mustClose(): bool
    {
        return $this->server->isDraining() || !$this->request->keepAlive;
    }

    /** Answers what is not a request that can be served; nothing after it on the connection is read. */
    private function refuse(Refusal $refusal): void
    {
        $this->closes = $this->isRefused = true;
        $this->state = self::FLUSHING;
        $this->write(Response::error($refusal->status, $refusal->getMessage())->encode('', true));
    }

    private function timeOut(): void
    {
        $limit = Settings::shown($this->settings->timeout);
        $this->giveUp("the call did not answer within $limit s");
        $this->call = null;
        $this->send(Response::error(504, "the function did not answer within $limit s"));
    }

    private function giveUp(string $message): void
    {
        Logs::log('error', $message, $this->call);
        $this->server->pool()->giveUp($this->call);
    }

    private function write(string $data): void
    {
        $wasIdle = $this->unsent === '';
        $this->unsent .= $data;
        if ($wasIdle) {
            $this->flush();
        }
    }

    /** Lets the handler produce the next piece, once for each. */
    private function askForMore(): void
    {
        if ($this->owesAnswer) {
            $this->owesAnswer = false;
            $this->producer?->goOn();
        }
    }

    private function flush(): void
    {
        $offset = 0;
        while ($offset < strlen($this->unsent)) {
            $written = @fwrite($this->stream, substr($this->unsent, $offset, self::SEND_SIZE));
            if ($written === false) {
                $this->close();
                return;
            }
            if ($written === 0) {
                break;
            }
            $offset += $written;
        }
        $this->unsent = $offset === strlen($this->unsent) ? '' : substr($this->unsent, $offset);
        $this->afterFlush();
    }

    private function afterFlush(): void
    {
        if ($this->unsent !== '') {
            $this->loop->onWritable($this->stream, fn () => $this->flush());
            $limit = Clock::now() + $this->settings->ioTimeout;
            $this->setDeadline($this->call === null ? $limit : min($limit, $this->call->deadline));
            return;
        }
        $this->loop->onWritable($this->stream, null);
        if ($this->state === self::FLUSHING) {
            $this->finish();
        } elseif ($this->state === self::STREAMING) {
            $this->setDeadline($this->call->deadline);
            $this->askForMore();
        }
    }

    /** An answer has left. */
    private function finish(): void
    {
        $this->request = null;
        if ($this->closes) {
            $this->part();
            return;
        }
        $this->state = self::IDLE;
        if (!$this->isHalfClosed) {
            $this->watch(true);
        }
        if ($this->reader->buffered() > 0 || $this->isHalfClosed) {
            // Not at once: a long row of requests would nest as deep.
            $this->loop->later(fn () => $this->advance());
        } else {
            $this->awaitMore();
        }
    }

    /** Closes so that the client still gets the whole answer. */
    private function part(): void
    {
        if (!$this->isRefused || $this->isHalfClosed || !@stream_socket_shutdown($this->stream, STREAM_SHUT_WR)) {
            $this->close();
            return;
        }
        $this->state = self::LINGERING;
        $this->watch(true);
        $this->setDeadline(Clock::now() + self::LINGER_SECONDS);
    }

    private function close(): void
    {
        if ($this->state === self::CLOSED) {
            return;
        }
        $this->state = self::CLOSED;
        $this->loop->onReadable($this->stream, null);
        $this->loop->onWritable($this->stream, null);
        fclose($this->stream);
        $this->server->forget($this);
        $this->producer?->stop();
        $this->producer = $this->call = null;
    }

    private function watch(bool $isReading): void
    {
        if ($this->isReading !== $isReading) {
            $this->isReading = $isReading;
            $this->loop->onReadable($this->stream, $isReading ? fn () => $this->receive() : null);
        }
    }

    private function setDeadline(float $deadline): void
    {
        $this->deadline = $deadline;
        $this->server->watchDeadline($deadline);
    }
}
