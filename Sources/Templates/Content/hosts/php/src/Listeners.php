<?php

declare(strict_types=1);

namespace HKS\Host;

/** The sockets on which clients connect. */
final class Listeners
{
    private const BACKLOG = 1024;
    // What the systems take; PHP would cut a longer one.
    private const MAX_UNIX_PATH = 103;
    // How long the host rests when a client cannot be taken in.
    private const PAUSE_MICROSECONDS = 2000;

    /** @var list<resource> */
    private array $sockets = [];

    /** Opens them. Throws SettingsError. */
    public function __construct(private Settings $settings, private Loop $loop)
    {
        if ($settings->unixPath !== null) {
            $this->sockets[] = self::listenUnix($settings->unixPath);
        }
        $host = str_contains($settings->host, ':') ? "[$settings->host]" : $settings->host;
        $this->sockets[] = self::listen("tcp://$host:$settings->port", "$settings->host:$settings->port");
    }

    /** Tells of clients by `$accept`, which gets a socket and the client's address; until called without. */
    public function watch(?callable $accept): void
    {
        foreach ($this->sockets as $socket) {
            $this->loop->onReadable($socket, $accept === null ? null : fn () => $this->accept($socket, $accept));
        }
    }

    /** Takes in the clients whose connection the system has accepted already. */
    public function acceptAll(callable $accept): void
    {
        foreach ($this->sockets as $socket) {
            $this->accept($socket, $accept);
        }
    }

    public function close(): void
    {
        $this->watch(null);
        array_walk($this->sockets, static fn ($socket) => fclose($socket));
        $this->sockets = [];
    }

    /** For the end of the whole host. */
    public function removeUnixSocket(): void
    {
        $this->settings->unixPath !== null && self::unlinkSocket($this->settings->unixPath);
    }

    private function accept(mixed $socket, callable $accept): void
    {
        for ($count = 0; $count < self::BACKLOG; $count++) {
            $client = @stream_socket_accept($socket, 0, $peer);
            if ($client === false) {
                // Without room for a first one it would be asked for again at once.
                $count === 0 && usleep(self::PAUSE_MICROSECONDS);
                return;
            }
            if (!$accept($client, self::address((string) $peer))) {
                return;
            }
        }
    }

    /** The address of `127.0.0.1:4711`; null for Unix sockets, whose clients have none. */
    private static function address(string $peer): ?string
    {
        $colon = strrpos($peer, ':');
        return $colon > 0 ? trim(substr($peer, 0, $colon), '[]') : null;
    }

    private static function listenUnix(string $path): mixed
    {
        if (strlen($path) > self::MAX_UNIX_PATH) {
            throw new SettingsError("cannot listen on '$path': the path of a socket has at most 103 bytes");
        }
        self::unlinkSocket($path);
        // Only the user that runs the function may connect, from the first moment on.
        $mask = umask(0177);
        try {
            return self::listen("unix://$path", $path);
        } finally {
            umask($mask);
        }
    }

    private static function listen(string $address, string $name): mixed
    {
        $options = ['backlog' => self::BACKLOG, 'tcp_nodelay' => true];
        $flags = STREAM_SERVER_BIND | STREAM_SERVER_LISTEN;
        $context = stream_context_create(['socket' => $options]);
        $socket = @stream_socket_server($address, $code, $reason, $flags, $context);
        if ($socket === false) {
            throw new SettingsError("cannot listen on '$name': " . lcfirst((string) $reason));
        }
        stream_set_blocking($socket, false);
        return $socket;
    }

    /** Removes a socket that an earlier process left; anything else stays. */
    private static function unlinkSocket(string $path): void
    {
        clearstatcache();
        if (@filetype($path) === 'socket') {
            @unlink($path);
        }
    }
}
