package headway.gateway;

/**
 * What one user takes of the bus now, over all of its connections.
 *
 * <p>Blame is settled up front: what nobody asked for (a call, a signal to one receiver) is on the sender's account until it
 * is read, and its overflow is the sender's error; what somebody asked for (answers, signals it subscribed to) is on the
 * receiver's account, and its overflow disconnects the receiver.
 */
final class Account {

    final long uid;
    long bytes;
    int descriptors;
    int connections;
    int rules;
    int names;
    int calls;

    Account(long uid) {
        this.uid = uid;
    }
}
